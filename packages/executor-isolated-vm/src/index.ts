export { isolatedVmCapabilities } from './capabilities.js'
export { IsolatedVmExecutor } from './executor.js'
export { isolatedVmProvider } from './provider.js'
