export { workerCapabilities } from './capabilities.js'
export { WorkerExecutor } from './executor.js'
export { workerProvider } from './provider.js'
export type { WorkerOptions, WorkerRuntime } from './worker-options.js'
