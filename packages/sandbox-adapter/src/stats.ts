import type { ExecutorStats } from '@beddel/core'
import type { Refused } from './run-gate.js'

/** What an engine has counted since `before`, and the runs that were refused on the way to it. */
export function countedSince(before: ExecutorStats, now: ExecutorStats, refused: Refused): ExecutorStats {
  const settled = now.executionCount - before.executionCount
  const executionCount = settled + refused.count
  const totalMs = now.averageDuration * now.executionCount - before.averageDuration * before.executionCount + refused.totalMs
  const byError = { ...now.byError }
  for (const [code, count = 0] of Object.entries(before.byError)) {
    byError[code] = (byError[code] ?? 0) - count
    if (byError[code] === 0) delete byError[code]
  }
  for (const [code, count] of Object.entries(refused.byError)) byError[code] = (byError[code] ?? 0) + count
  return {
    ...now,
    executionCount,
    successCount: now.successCount - before.successCount,
    failureCount: now.failureCount - before.failureCount + refused.count,
    averageDuration: executionCount === 0 ? 0 : Math.max(0, totalMs / executionCount),
    byError,
  }
}
