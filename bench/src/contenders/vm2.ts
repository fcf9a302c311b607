import { VM } from 'vm2'
import type { Operations } from '../contender.ts'
import { check, TINY, TINY_RESULT } from '../guests.ts'
import { latency } from '../timing.ts'

export async function open(): Promise<Operations> {
  const fresh = async () => check(new VM({ timeout: 5_000 }).run(TINY), TINY_RESULT)
  return { freshLatency: (spanMs) => latency(spanMs, fresh) }
}
