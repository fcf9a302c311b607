import type { PatternName } from './weights.js'

/** What each pattern after the heaviest adds. */
export const FURTHER_PATTERN = 5

/**
 * The weight of the heaviest pattern, and {@link FURTHER_PATTERN} for each further one, at most 100. How often a pattern was found
 * does not count.
 */
export function scoreOf(weights: ReadonlyMap<PatternName, number>): number {
  if (weights.size === 0) return 0
  return Math.min(100, Math.max(...weights.values()) + FURTHER_PATTERN * (weights.size - 1))
}
