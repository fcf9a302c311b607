import type { LimitsInput } from '../limits.js'
import type { Executor } from '../spec.js'

/** More than the canary takes. */
const OPERATIONS = 1_000_000

/** What to do where a child did not come up behind a launcher. */
export const LAUNCHER_FIX =
  'Check processes.launcher: the command must be there, start the program that it is given with the same stdin and stdout, and print nothing itself'

/** A program that only a working cell answers rightly: language, values and a missing host. */
export const CANARY = `({ sum: [1, 2, 3].map((x) => x * 2).reduce((a, b) => a + b), host: typeof process, big: 2n ** 64n })`

/** Runs the canary in a real cell; a sentence where it does not hold. `operations`: its executor's own limit, where it has one. */
export async function canaryHolds(executor: Executor, operations?: number): Promise<string | undefined> {
  // Its own form and limits, whatever the executor's are: it asks whether the engine works, not whether the options do.
  const limits: LimitsInput = { timeoutMs: 10_000, sourceBytes: 65_536, resultBytes: 65_536 }
  if (operations !== undefined) limits.operations = Math.max(operations, OPERATIONS)
  const outcome = await executor.run(CANARY, { form: 'script', language: 'js', limits })
  if (!outcome.success) return `the canary program failed: ${outcome.error.code} ${outcome.error.message}`
  const { sum, host, big } = outcome.result as { sum: unknown; host: unknown; big: unknown }
  if (sum === 12 && host === 'undefined' && big === 2n ** 64n) return undefined
  return 'the canary program gave a wrong answer'
}
