export { type Death, type DeathVerdict, type KillReason, makeMark, verdict } from './death.js'
export { type LaunchOptions } from './launch.js'
export { ProcessHost, type ProcessHostOptions } from './process-host.js'
