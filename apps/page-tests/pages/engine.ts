import { BrowserExecutor, browserProvider, FRAME_SCRIPT_HASH } from '@beddel/executor-browser'

Object.assign(globalThis, { BrowserExecutor, browserProvider, FRAME_SCRIPT_HASH, ready: true })
