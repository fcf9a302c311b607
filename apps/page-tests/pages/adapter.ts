import { SandboxAdapter } from '@beddel/sandbox-adapter'

Object.assign(globalThis, { SandboxAdapter, ready: true })
