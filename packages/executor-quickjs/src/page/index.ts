export { pageCapabilities as quickJsCapabilities } from './capabilities.js'
export { QuickJsExecutor } from './executor.js'
export type { QuickJsOptions } from '../options.js'
export { quickJsProvider } from './provider.js'
