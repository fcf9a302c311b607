import { type ExecutorOptions, invalid } from '@beddel/core'
import type { Fixed } from './fixed.js'

/** Options of an executor of QuickJS. The last two make runs reproducible. */
export interface QuickJsOptions extends ExecutorOptions {
  /**
   * The guest's clock stands still at this time, in milliseconds since the epoch, and its time zone is UTC. Default: the
   * host's clock and time zone.
   */
  clock?: number
  /**
   * Where each run's `Math.random` (and, with `web: true`, `crypto`) begins; a whole number. Default: fresh randomness
   * for each run.
   */
  seed?: number
}

export const OWN_KEYS = ['clock', 'seed'] as const

/** Throws `BEDDEL_INVALID_OPTION` for a clock or a seed that is none. */
export function fixedOf({ clock, seed }: QuickJsOptions): Fixed {
  if (clock !== undefined && !(typeof clock === 'number' && Math.abs(clock) <= 8.64e15)) {
    throw invalid('clock', 'must be a time in milliseconds since the epoch', clock)
  }
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw invalid('seed', 'must be a whole number', seed)
  return { ...(clock !== undefined && { clock }), ...(seed !== undefined && { seed }) }
}
