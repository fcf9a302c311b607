import type { LogEntry } from '@beddel/core'
import { type Bench, endsIn, equal, gives, ok, wait } from './bench.js'

/** Promises, aborts and streamed logs. */
export function asynchronous(bench: Bench): void {
  bench.test('promises settle in the order of the language', [], async (executor) => {
    const source = `const out = []
      const p = Promise.resolve()
      p.then(() => out.push(2)).then(() => out.push(4)); p.then(() => out.push(3)); out.push(1)
      await 0; await 0; await 0; await 0
      return out`
    gives(await executor.run(source), [1, 2, 3, 4])
  })
  bench.test('a signal that has fired already starts nothing', [], async (executor) => {
    const outcome = await executor.run('1', { signal: AbortSignal.abort('why') })
    endsIn(outcome, 'BEDDEL_ABORTED')
    equal([outcome.error?.started, outcome.error?.cause], [false, 'why'], 'started and cause')
  })
  bench.test('a signal ends a run that waits', ['hostCalls'], async (executor) => {
    const controller = new AbortController()
    const startedAt = performance.now()
    setTimeout(() => controller.abort(), 60)
    const outcome = await executor.run('return await never()', {
      signal: controller.signal,
      hostFunctions: { never: () => new Promise(() => {}) },
    })
    endsIn(outcome, 'BEDDEL_ABORTED')
    ok(performance.now() - startedAt < 500, 'it must end at once')
  })
  bench.test('a signal ends a run that computes, where the host’s loop is free to fire it', [], async (executor) => {
    if (executor.capabilities.blocksHost) return
    await executor.run('1')
    const controller = new AbortController()
    const startedAt = performance.now()
    setTimeout(() => controller.abort(), 60)
    endsIn(await executor.run('for(;;);', { signal: controller.signal, limits: { timeoutMs: 4_000 } }), 'BEDDEL_ABORTED')
    ok(performance.now() - startedAt < 1_000, 'it must end at once')
    gives(await executor.run('1'), 1)
  })
  bench.test('lines are streamed while the run goes on', ['hostCalls'], async (executor) => {
    const lines: LogEntry[] = []
    let seenAtCall = 0
    const outcome = await executor.run('console.info("a", { b: 1 }); await f(); console.warn("c"); return 1', {
      onLog: (entry) => lines.push(entry),
      hostFunctions: {
        f: () => {
          seenAtCall = lines.length
        },
      },
    })
    gives(outcome, 1)
    equal(seenAtCall, 1, 'lines at the time of the call')
    equal(
      lines.map(({ level, text }) => `${level} ${text}`),
      ['info a { b: 1 }', 'warn c'],
      'lines',
    )
    equal(outcome.logs, lines, 'logs of the outcome')
  })
  bench.test('runs that wait do not keep others from running', ['hostCalls'], async (executor) => {
    const waiting = executor.run('await pause(); return "slow"', { hostFunctions: { pause: () => wait(150) } })
    const startedAt = performance.now()
    gives(await executor.run('"quick"'), 'quick')
    // A second cell may have to be started for it; but nobody waited for the pause of the first.
    gives(await waiting, 'slow')
    ok(performance.now() - startedAt < 4_000, 'the quick run was held up')
  })
  bench.test('what settles later does not count', ['hostCalls'], async (executor) => {
    gives(
      await executor.run('f().then(() => { throw new Error("late") }); return "first"', { hostFunctions: { f: () => wait(30) } }),
      'first',
    )
    await wait(60)
  })
}
