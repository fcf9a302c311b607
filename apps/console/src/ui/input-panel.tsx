import { HOST_FUNCTIONS } from '../host-functions.ts'
import { inputProblem } from '../play.ts'
import { input } from '../state.ts'
import { Editor } from './editor.tsx'

export function InputPanel() {
  const problem = inputProblem()
  return (
    <section class="panel input">
      <div class="head">
        <h2>Input</h2>
        <p class="aside">
          {problem === undefined ? (
            <>
              JSON, under the name <code>input</code>
            </>
          ) : (
            <span class="bad">no JSON: {problem}</span>
          )}
        </p>
      </div>
      <Editor label="Input, JSON" text={input} language={() => 'json'} />
      <details class="host-functions">
        <summary>Host functions that the guest may call</summary>
        <dl>
          {HOST_FUNCTIONS.map(({ name, does }) => (
            <div key={name}>
              <dt>
                <code>await {name}</code>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  )
}
