// The engine with another script in its workers: one that lies to the page. The source of a run says how.
import { BrowserExecutor } from '@beddel/executor-browser'

Object.assign(globalThis, { BrowserExecutor, ready: true })
