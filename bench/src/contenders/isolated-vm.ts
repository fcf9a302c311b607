import ivm from 'isolated-vm'
import type { Operations } from '../contender.ts'
import { BIG_INPUT, check, ECHO_FUNCTION, SMALL_FUNCTION, SMALL_INPUT, SMALL_SUM, TINY, TINY_RESULT } from '../guests.ts'
import { latency, latencySync, perSecond } from '../timing.ts'

const MEMORY_MB = 128

/** isolated-vm as its README uses it, in this process. No time limits but where it says so: they would cost it a little. */
export async function open(): Promise<Operations> {
  const isolate = new ivm.Isolate({ memoryLimit: MEMORY_MB })
  const context = await isolate.createContext()
  const script = await isolate.compileScript(TINY)
  const total = (await context.eval(`(${SMALL_FUNCTION})`, { reference: true })) as ivm.Reference<(order: object) => { sum: number }>
  const echo = (await context.eval(`(${ECHO_FUNCTION})`, { reference: true })) as ivm.Reference<(value: object) => object[]>
  const copying = { arguments: { copy: true }, result: { copy: true } } as const

  const fresh = async () => {
    const own = new ivm.Isolate({ memoryLimit: MEMORY_MB })
    const its = await own.createContext()
    check(await its.eval(TINY), TINY_RESULT)
    own.dispose()
  }
  const newContext = async () => {
    const its = await isolate.createContext()
    check(await script.run(its), TINY_RESULT)
    its.release()
  }
  const apply = async () => {
    const result = (await total.apply(undefined, [SMALL_INPUT], copying)) as { sum: number }
    check(result.sum, SMALL_SUM)
  }
  const applySync = () => {
    const result = total.applySync(undefined, [SMALL_INPUT], copying) as { sum: number }
    check(result.sum, SMALL_SUM)
  }
  const scriptSync = () => check(script.runSync(context, { timeout: 5_000 }), TINY_RESULT)
  const big = async () => {
    const result = (await echo.apply(undefined, [BIG_INPUT], copying)) as unknown[]
    check(result.length, BIG_INPUT.length)
  }
  return {
    freshPerSecond: (spanMs, concurrency) => perSecond(spanMs, concurrency as number, fresh),
    freshLatency: (spanMs, pauseMs) => latency(spanMs, fresh, pauseMs),
    contextsPerSecond: (spanMs, concurrency) => perSecond(spanMs, concurrency as number, newContext),
    callLatency: (spanMs) => latency(spanMs, apply),
    callsPerSecond: (spanMs, concurrency) => perSecond(spanMs, concurrency as number, apply),
    callSyncLatency: async (spanMs) => latencySync(spanMs, applySync),
    scriptSyncLatency: async (spanMs) => latencySync(spanMs, scriptSync),
    bigLatency: (spanMs) => latency(spanMs, big),
  }
}
