import type { RecordedDifference } from '../recording.js'

/** Milliseconds with three digits. */
export const round = (ms: number): number => Math.round(ms * 1_000) / 1_000

/** One of each kind at each place. */
export function unique(differences: readonly RecordedDifference[]): RecordedDifference[] {
  const seen = new Set<string>()
  return differences.filter(({ kind, path }) => {
    const key = `${kind} ${path}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
