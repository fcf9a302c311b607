import { BrowserExecutor } from '@beddel/executor-browser'
import { QuickJsExecutor } from '@beddel/executor-quickjs'

Object.assign(globalThis, { BrowserExecutor, QuickJsExecutor, ready: true })
