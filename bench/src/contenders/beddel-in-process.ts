import { SandboxAdapter } from '@beddel/sandbox-adapter'
import type { Operations } from '../contender.ts'
import { check, resultOf, SMALL_FUNCTION, SMALL_INPUT, SMALL_SUM } from '../guests.ts'
import { latencySync } from '../timing.ts'

/** Isolates on the caller's own thread, driven synchronously. */
export async function open(): Promise<Operations> {
  const adapter = new SandboxAdapter({ engine: 'isolated-vm', placement: 'in-process', acceptHostRisk: true, config: false })
  const session = await adapter.session()
  session.runSync?.(SMALL_FUNCTION)
  const call = () => check(resultOf(session.callSync?.<{ sum: number }>('total', [SMALL_INPUT])).sum, SMALL_SUM)
  const run = () => check(resultOf(session.runSync?.<{ sum: number }>('total(input)', { input: SMALL_INPUT })).sum, SMALL_SUM)
  return {
    callSyncLatency: async (spanMs) => latencySync(spanMs, call),
    runSyncLatency: async (spanMs) => latencySync(spanMs, run),
  }
}
