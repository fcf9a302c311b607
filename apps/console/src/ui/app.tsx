import { CodePanel } from './code-panel.tsx'
import { ConsolePanel } from './console-panel.tsx'
import { EnginePicker } from './engine-picker.tsx'
import { Header } from './header.tsx'
import { InputPanel } from './input-panel.tsx'
import { LimitsForm } from './limits-form.tsx'
import { ResultPanel } from './result-panel.tsx'
import { Status } from './status.tsx'
import { UsagePanel } from './usage-panel.tsx'

/** From left to right, and from top to bottom where it is narrow: what runs, how, and what came of it. */
export const App = () => (
  <>
    <Header />
    <Status />
    <main class="columns">
      <div class="column what">
        <CodePanel />
        <InputPanel />
      </div>
      <div class="column how">
        <EnginePicker />
        <LimitsForm />
      </div>
      <div class="column came">
        <ResultPanel />
        <ConsolePanel />
        <UsagePanel />
      </div>
    </main>
  </>
)
