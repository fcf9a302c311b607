export { type Death, type DeathVerdict, type KillReason, verdict } from './death.js'
export { type LaunchOptions } from './launch.js'
export { ProcessHost, type ProcessHostOptions } from './process-host.js'
