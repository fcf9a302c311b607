import { EXAMPLES } from '../examples.ts'
import { shareLink } from '../link.ts'
import { play, stop } from '../play.ts'
import { notice, open, openExample, running } from '../state.ts'
import { THEMES, theme } from '../theme.ts'

const REPEAT = 20
const isMac = navigator.platform.startsWith('Mac')

export const Header = () => (
  <header class="top">
    <h1>
      beddel <span>playground</span>
    </h1>
    <Examples />
    <div class="run-bar">
      <button type="button" class="primary" aria-disabled={running.value > 0} onClick={() => void play()}>
        Run <kbd>{isMac ? '⌘' : 'Ctrl'} ↵</kbd>
      </button>
      <button
        type="button"
        aria-disabled={running.value > 0}
        title={`Run ${REPEAT} times, one after the other`}
        onClick={() => void play(REPEAT)}
      >
        × {REPEAT}
      </button>
      <button type="button" aria-disabled={running.value === 0} onClick={stop}>
        Stop <kbd>Esc</kbd>
      </button>
    </div>
    <div class="tools">
      <button type="button" onClick={() => void shareLink()}>
        Share
      </button>
      <ThemeSwitch />
    </div>
  </header>
)

const Examples = () => (
  <label class="examples">
    <span>Example</span>
    <select
      aria-label="Example"
      value={openExample.value?.id ?? ''}
      onChange={({ currentTarget }) => {
        const example = EXAMPLES.find(({ id }) => id === currentTarget.value)
        notice.value = ''
        if (example !== undefined) open(example)
      }}
    >
      <option value="" disabled hidden>
        your own
      </option>
      {(['Work', 'Hostile'] as const).map((group) => (
        <optgroup key={group} label={group}>
          {EXAMPLES.filter((example) => example.group === group).map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  </label>
)

const LOOKS = { system: '◐ System', light: '☼ Light', dark: '☾ Dark' } as const

function ThemeSwitch() {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] as (typeof THEMES)[number]
  return (
    <button type="button" class="theme" aria-label={`Theme: ${theme.value}. Change to ${next}.`} onClick={() => (theme.value = next)}>
      {LOOKS[theme.value]}
    </button>
  )
}
