import { useLayoutEffect, useRef } from 'preact/hooks'
import { shown } from '../state.ts'
import { count } from './figures.ts'

/** A reader who has scrolled up is left where he is. */
const NEAR_END = 24

export function ConsolePanel() {
  const { lines = [], dropped = 0, ending, problem } = shown.value ?? {}
  const list = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  useLayoutEffect(() => {
    const element = list.current
    if (element !== null && atEnd.current) element.scrollTop = element.scrollHeight
  }, [lines])
  const usage = ending?.usage
  const unkept = usage !== undefined && usage.logsDropped > 0 ? `${count(usage.logsDropped)} lines beyond logBytes were dropped` : ''
  return (
    <section class="panel console">
      <div class="head">
        <h2>Console</h2>
        <p class="aside">
          {lines.length > 0 && `${count(lines.length + dropped)} ${lines.length === 1 ? 'line' : 'lines'}, ms since the start`}
          {unkept !== '' && <span class="warn"> · {unkept}</span>}
        </p>
      </div>
      <div
        class="lines"
        ref={list}
        role="log"
        aria-label="Console of the guest"
        aria-busy={shown.value !== undefined && ending === undefined && problem === undefined}
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END
        }}
      >
        <ol>
          {dropped > 0 && <li class="empty">{count(dropped)} earlier lines are not shown</li>}
          {lines.map(({ level, text, at }, i) => (
            <li key={i + dropped} data-level={level}>
              <time>{at.toFixed(0)}</time>
              <span class="level">{level}</span>
              <span class="text">{text}</span>
            </li>
          ))}
          {lines.length === 0 && (
            <li class="empty">
              {ending === undefined ? 'What the guest writes, as it writes it, and the host functions that it calls.' : 'It wrote nothing.'}
            </li>
          )}
        </ol>
      </div>
    </section>
  )
}
