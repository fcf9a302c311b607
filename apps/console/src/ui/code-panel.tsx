import { code, language, shown, web } from '../state.ts'
import { Editor, type Problem } from './editor.tsx'

const LANGUAGES = { js: 'JavaScript', ts: 'TypeScript' } as const

/** Where the last run found a mistake, as long as its code is the one in the editor. */
function problem(): Problem | undefined {
  const guest = shown.value?.ending?.error?.guest
  if (guest?.line === undefined || guest.column === undefined || shown.value?.code !== code.peek()) return undefined
  return { line: guest.line, column: guest.column, message: guest.message }
}

export const CodePanel = () => (
  <section class="panel code">
    <div class="head">
      <h2>Code</h2>
      <div class="segments" role="radiogroup" aria-label="Language">
        {(['js', 'ts'] as const).map((id) => (
          <label key={id}>
            <input type="radio" name="language" checked={language.value === id} onChange={() => (language.value = id)} />
            <span>{LANGUAGES[id]}</span>
          </label>
        ))}
      </div>
      <label class="check" title="Timers, URL, TextEncoder, structuredClone and the like for the guest">
        <input type="checkbox" checked={web.value} onChange={({ currentTarget }) => (web.value = currentTarget.checked)} /> web APIs
      </label>
    </div>
    <Editor label="Code" text={code} language={() => language.value} problem={problem} />
  </section>
)
