import { run } from 'run'
import type { Operations } from '../contender.ts'
import { check, TINY, TINY_RESULT } from '../guests.ts'
import { latency } from '../timing.ts'

export async function open(): Promise<Operations> {
  const fresh = async () => {
    const result = await run({ source: `return ${TINY}` })
    check(result.status === 'completed' && result.value, TINY_RESULT)
  }
  return { freshLatency: (spanMs) => latency(spanMs, fresh) }
}
