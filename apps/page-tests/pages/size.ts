// What a page loads that uses the adapter and this engine, and nothing else.
import { BrowserExecutor, browserProvider } from '@beddel/executor-browser'
import { SandboxAdapter } from '@beddel/sandbox-adapter'

Object.assign(globalThis, { used: [SandboxAdapter, BrowserExecutor, browserProvider] })
