export { FRAME_SCRIPT_HASH } from '@beddel/page-host'
export { browserCapabilities } from './capabilities.js'
export { BrowserExecutor } from './executor.js'
export { browserProvider } from './provider.js'
