import { SandboxAdapter } from '@beddel/sandbox-adapter'
import type { Operations } from '../contender.ts'
import { check, resultOf, TINY, TINY_RESULT } from '../guests.ts'
import { latency } from '../timing.ts'

export async function open(): Promise<Operations> {
  const adapter = new SandboxAdapter({ engine: 'quickjs', placement: 'in-process', acceptHostRisk: true, config: false })
  const fresh = async () => check(resultOf(await adapter.tryRun(TINY)), TINY_RESULT)
  return { freshLatency: (spanMs) => latency(spanMs, fresh) }
}
