import { VM, VMScript, type VMOptions } from '@beddel/vm2-migration'
import type { Operations } from './contender.ts'
import { check, ORDER_SCRIPT, SMALL_INPUT, SMALL_SUM, TINY, TINY_RESULT } from './guests.ts'
import { latency, latencySync } from './timing.ts'

/** vm2's class on one engine: the same code for all of them. */
export function dropIn(options: VMOptions): Operations {
  const all: VMOptions = { ...options, config: false, onDifference: () => {} }
  const tiny = new VMScript(TINY)
  const order = new VMScript(ORDER_SCRIPT)
  const sandbox = { order: SMALL_INPUT }
  const free = new VM({ ...all, sandbox })
  const timed = new VM({ ...all, sandbox, timeout: 1_000 })
  const warm = (run: () => void) => async (spanMs: number) => latencySync(spanMs, run)
  const checkOrder = (result: { sum: number }) => check(result.sum, SMALL_SUM)
  const first = () => {
    const vm = new VM(all)
    check(vm.run(TINY), TINY_RESULT)
    vm.dispose()
  }
  return {
    tinyText: warm(() => check(free.run(TINY), TINY_RESULT)),
    tiny: warm(() => check(free.run(tiny), TINY_RESULT)),
    tinyTimed: warm(() => check(timed.run(tiny), TINY_RESULT)),
    orderText: warm(() => checkOrder(free.run(ORDER_SCRIPT))),
    order: warm(() => checkOrder(free.run(order))),
    orderTimed: warm(() => checkOrder(timed.run(order))),
    first: warm(first),
    firstLater: (spanMs) => latency(spanMs, async () => first(), 5),
  }
}
