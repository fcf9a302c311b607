import type { Attack } from '../attacks/attack.js'
import type { Evidence, Loss } from '../harness/evidence.js'
import type { Scene } from '../harness/scene.js'

/**
 * What an oracle guards. `reach`: the host's things. `answer`: that the outcome is the right one. `life`: that the host
 * lives on undisturbed, which only an engine that declares `survivesGuest` has to keep.
 */
export type Guards = 'reach' | 'answer' | 'life'

export interface Oracle {
  guards: Guards
  /** What was breached, in words; `undefined` where nothing was. */
  finds(evidence: Evidence, scene: Scene, attack: Attack): string | undefined
  /** Losses of the host that are this very breach. */
  losses?: readonly Loss[]
}

export const ORACLE_NAMES = [
  'canary-file',
  'env-secret',
  'host-secret',
  'host-state',
  'host-prototype',
  'host-pid',
  'host-path',
  'tripwire',
  'cross-run',
  'orphan',
  'classification',
  'answer',
  'bounds',
  'stall',
  'settle-time',
  'host-memory',
  'host-crash',
] as const
export type OracleName = (typeof ORACLE_NAMES)[number]
