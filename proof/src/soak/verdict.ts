import type { Sample, SoakResult } from './soak.ts'

export interface Verdict {
  /** Growth of the host's heap and buffers after collections, by a least-squares line over the second half, in MiB a minute. */
  slope: number
  /** Median latency of the last quarter over that of the second. */
  drift: number
  problems: string[]
}

/** A line may rise this much a minute by chance. */
const MAX_SLOPE = 2
/** And over the whole of a long soak not more than this, in MiB. */
const MAX_GROWTH = 24
const MAX_DRIFT = 1.5
/** Fewer runs are too few for every guest to have been on every engine. */
const LEAST_RUNS = 100

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

export function verdictOf({ samples, runs, wrong, late, left }: SoakResult): Verdict {
  const half = samples.slice(Math.floor(samples.length / 2))
  const slope = slopeOf(half) * 60
  const quarter = Math.floor(samples.length / 4)
  const drift =
    median(samples.slice(-quarter).map(({ p50 }) => p50)) / (median(samples.slice(quarter, 2 * quarter).map(({ p50 }) => p50)) || 1)
  const problems = [...wrong, ...late]
  const minutes = half.length / 60
  if (slope > MAX_SLOPE && slope * minutes > 4) problems.push(`memory rises by ${slope.toFixed(2)} MiB a minute`)
  if (slope * minutes > MAX_GROWTH) problems.push(`memory rose by ${(slope * minutes).toFixed(1)} MiB`)
  if (drift > MAX_DRIFT) problems.push(`runs became ${drift.toFixed(2)} times slower`)
  if (left.children > 0) problems.push(`${left.children} processes are left`)
  if (left.handles.length > 0) problems.push(`handles are left: ${left.handles.join(', ')}`)
  if (runs < LEAST_RUNS) problems.push(`only ${runs} runs: too few to say that nothing is wrong`)
  return { slope, drift, problems }
}

function slopeOf(samples: readonly Sample[]): number {
  const n = samples.length
  if (n < 2) return 0
  const meanAt = samples.reduce((sum, { at }) => sum + at, 0) / n
  const mean = samples.reduce((sum, { heap }) => sum + heap, 0) / n
  const above = samples.reduce((sum, { at, heap }) => sum + (at - meanAt) * (heap - mean), 0)
  return above / samples.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0)
}
