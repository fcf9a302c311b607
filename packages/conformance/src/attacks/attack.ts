import type { ExecutorOptions, Outcome, RunRequest } from '@beddel/core'
import type { AttackContext } from '../harness/context.js'
import type { Scene } from '../harness/scene.js'
import type { OracleName } from '../oracles/oracle.js'
import type { Need } from './needs.js'

export const FAMILIES = [
  'reach-the-host',
  'code-from-strings',
  'host-objects',
  'stop-the-clock',
  'eat-memory',
  'confuse-the-adapter',
  'leak-between-runs',
  'host-functions',
  'host-arguments',
  'host-calls',
  'serialisation',
  'error-leaks',
  'log-floods',
  'timers-and-web',
  'result-abuse',
  'argument-abuse',
  'stack-traces',
  'spoofed-endings',
  'later-runs',
  'across-tenants',
  'form-confusion',
  'built-in-stalls',
  'small-means',
  'catastrophic-memory',
  'web-assembly',
  'shared-memory',
] as const
export type Family = (typeof FAMILIES)[number]

/** Says what is wrong with an ending; `undefined` where it is as it must be. */
export type Expectation = (outcome: Outcome) => string | undefined

/**
 * One attack. The guest's source tries its ways in its own terms and reports what it got as its result; whether it
 * got anything is judged by the oracle alone. Guests find what they are after in the global `bait` (see `Scene`).
 */
export interface Attack {
  /** `family/name`. */
  id: string
  family: Family
  title: string
  /** The guest's source; or `run`, for what takes more than one run. */
  code?: string
  run?(ctx: AttackContext): Promise<void>
  request?: RunRequest | ((scene: Scene) => RunRequest)
  executorOptions?: ExecutorOptions
  /** Where an engine does not declare one of these, asking for it must be refused, and that is what is tested. */
  needs?: readonly Need[]
  /** By which the attack is said to have succeeded: the leaky control must be breached by this one. */
  oracle: OracleName
  /** For attacks in which the ending itself matters. */
  expects?: Expectation
}

export type AttackOf = Omit<Attack, 'id' | 'family'>

/** Attacks of one family, named by their keys. */
export function family(name: Family, attacks: Record<string, AttackOf>): Attack[] {
  return Object.entries(attacks).map(([key, attack]) => ({ id: `${name}/${key}`, family: name, ...attack }))
}
