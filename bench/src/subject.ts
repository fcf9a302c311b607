import type { Executor } from '@beddel/core'
import type { Operations } from './contender.ts'
import { BIG_INPUT, check, ECHO_FUNCTION, resultOf, SMALL_FUNCTION, SMALL_INPUT, SMALL_SUM, TINY, TINY_RESULT } from './guests.ts'
import { latency, perSecond } from './timing.ts'

/** What is measured of ours: the adapter, or an executor without it. */
export type Subject = Pick<Required<Executor>, 'run' | 'compile' | 'session'>

export async function subjectOperations(subject: Subject): Promise<Operations> {
  const program = await subject.compile(TINY)
  const session = await subject.session()
  await session.run(SMALL_FUNCTION)
  await session.run(ECHO_FUNCTION)

  const fresh = async () => check(resultOf(await subject.run(TINY)), TINY_RESULT)
  const context = async () => check(resultOf(await program.run({ freshness: 'context' })), TINY_RESULT)
  const call = async () => {
    const { sum } = resultOf(await session.call<{ sum: number }>('total', [SMALL_INPUT]))
    check(sum, SMALL_SUM)
  }
  const bigCall = async () => {
    const { length } = resultOf(await session.call<unknown[]>('echo', [BIG_INPUT]))
    check(length, BIG_INPUT.length)
  }
  const bigRun = async () => {
    const { length } = resultOf(await subject.run<unknown[]>('input', { input: BIG_INPUT }))
    check(length, BIG_INPUT.length)
  }
  return {
    freshPerSecond: (spanMs, concurrency) => perSecond(spanMs, concurrency as number, fresh),
    freshLatency: (spanMs, pauseMs) => latency(spanMs, fresh, pauseMs),
    contextsPerSecond: (spanMs, concurrency) => perSecond(spanMs, concurrency as number, context),
    callLatency: (spanMs) => latency(spanMs, call),
    callsPerSecond: (spanMs, concurrency) => perSecond(spanMs, concurrency as number, call),
    bigLatency: (spanMs) => latency(spanMs, bigCall),
    bigRunLatency: (spanMs) => latency(spanMs, bigRun),
  }
}
