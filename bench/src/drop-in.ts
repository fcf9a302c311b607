import { VM, VMScript, type VMOptions } from '@beddel/vm2-migration'
import type { Operations } from './contender.ts'
import { check, SMALL_FUNCTION, SMALL_INPUT, SMALL_SUM, TINY, TINY_RESULT } from './guests.ts'
import { latencySync } from './timing.ts'

/** vm2's class on one engine: the same code for all of them. */
export function dropIn(options: VMOptions): Operations {
  const all: VMOptions = { ...options, config: false, onDifference: () => {} }
  const tiny = new VMScript(TINY)
  const work = new VMScript('total(order)')
  const ready = (more: VMOptions = {}): VM => {
    const vm = new VM({ ...all, ...more, sandbox: { order: SMALL_INPUT } })
    vm.run(SMALL_FUNCTION)
    return vm
  }
  const free = ready()
  const timed = ready({ timeout: 1_000 })
  const measured = (run: () => void) => async (spanMs: number) => latencySync(spanMs, run)
  return {
    tiny: measured(() => check(free.run(tiny), TINY_RESULT)),
    tinyTimed: measured(() => check(timed.run(tiny), TINY_RESULT)),
    work: measured(() => check((free.run(work) as { sum: number }).sum, SMALL_SUM)),
    workTimed: measured(() => check((timed.run(work) as { sum: number }).sum, SMALL_SUM)),
    first: measured(() => {
      const vm = new VM(all)
      check(vm.run(TINY), TINY_RESULT)
      vm.dispose()
    }),
  }
}
