import { useEffect, useRef } from 'preact/hooks'
import { shown } from '../state.ts'
import { ErrorView } from './error-view.tsx'

export function ResultPanel() {
  const { ending, problem, number } = shown.value ?? {}
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    // Where all is below each other, what came of it is far from what was pressed.
    if (number !== undefined && matchMedia('(width < 720px)').matches) panel.current?.scrollIntoView()
  }, [number, ending])
  return (
    <section ref={panel} class="panel result" aria-busy={shown.value !== undefined && ending === undefined && problem === undefined}>
      <div class="head">
        <h2>Result</h2>
        {ending?.engine !== undefined && (
          <p class="aside">
            {ending.engine}, {ending.placement}
          </p>
        )}
      </div>
      {problem !== undefined && <p class="bad hint">{problem}</p>}
      {ending?.error !== undefined && <ErrorView error={ending.error} />}
      {ending?.result !== undefined && (
        <pre class="value" tabIndex={0} aria-label="Value">
          {ending.result}
        </pre>
      )}
      {ending === undefined && problem === undefined && (
        <p class="empty">{shown.value === undefined ? 'What the guest gives, or how it ended.' : '…'}</p>
      )}
    </section>
  )
}
