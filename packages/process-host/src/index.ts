export { type LaunchOptions } from './launch.js'
export { ProcessHost, type ProcessHostOptions } from './process-host.js'
