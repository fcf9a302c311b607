import { type Bench, endsIn, equal, gives, ok, wait } from './bench.js'

const MiB = 1024 * 1024
const GRACE_MS = 250

/** Stated limits are held, each at its own figure. */
export function limits(bench: Bench): void {
  for (const [name, source] of [
    ['a loop', 'for(;;);'],
    ['an await loop', 'while (true) await 0'],
    ['a pending promise', 'new Promise(() => {})'],
  ] as const) {
    bench.test(`timeoutMs: ${name} ends in its time`, [], async (executor) => {
      await executor.run('1')
      const { outcome, ms } = await bench.timed(() => executor.run(source, { limits: { timeoutMs: 300 } }))
      endsIn(outcome, 'BEDDEL_TIMEOUT')
      if (executor.capabilities.limits.wall.enforced !== 'hard') return
      ok(ms < 300 + GRACE_MS, `it took ${ms} ms`)
    })
  }
  bench.test('timeoutMs: host calls are part of it, and are told of the end', ['hostCalls'], async (executor) => {
    let told = false
    const outcome = await executor.run('return await slow()', {
      limits: { timeoutMs: 200 },
      hostFunctions: {
        slow() {
          this.signal.addEventListener('abort', () => {
            told = true
          })
          return new Promise(() => {})
        },
      },
    })
    endsIn(outcome, 'BEDDEL_TIMEOUT')
    await wait(10)
    ok(told, 'the host function’s signal must have fired')
  })
  bench.test('timeoutMs: the old name timeout is taken', [], async (executor) => {
    const { outcome, ms } = await bench.timed(() => executor.run('for(;;);', { limits: { timeout: 200 } }))
    endsIn(outcome, 'BEDDEL_TIMEOUT')
    if (executor.capabilities.limits.wall.enforced === 'hard') ok(ms < 200 + GRACE_MS, `it took ${ms} ms`)
  })
  bench.test('memoryBytes: a guest that wants more is ended', ['memory'], async (executor) => {
    const outcome = await executor.run('const a = []; for(;;) a.push([a.length, {}])', {
      limits: { memoryBytes: 16 * MiB, timeoutMs: 15_000 },
    })
    endsIn(outcome, 'BEDDEL_MEMORY_LIMIT')
    gives(await executor.run('1'), 1)
  })
  bench.test('memoryBytes: a guest that stays below is not', ['memory'], async (executor) => {
    gives(await executor.run('new Array(1000).fill({ a: 1 }).length', { limits: { memoryBytes: 32 * MiB } }), 1000)
  })
  bench.test('memoryBytes: below the engine’s floor the outcome says how it was held', ['memory'], async (executor) => {
    const { min } = executor.capabilities.limits.heap
    if (min === undefined) return
    const outcome = await executor.run('1', { limits: { memoryBytes: Math.max(256 * 1024, Math.floor(min / 2)) } })
    ok(outcome.notes.length > 0, 'there must be a note')
    if (outcome.success) equal(outcome.result, 1, 'the result')
    else endsIn(outcome, 'BEDDEL_MEMORY_LIMIT')
  })
  bench.test('memoryBytes: an engine that does not hold the default says so', [], async (executor) => {
    const { unenforced } = await executor.run('1')
    equal(unenforced.includes('memoryBytes'), executor.capabilities.limits.heap.enforced === 'none', 'memoryBytes in unenforced')
  })
  bench.test('operations: they are reported, and a program that does more reports more', ['operations'], async (executor) => {
    const count = async (turns: number, more = ''): Promise<number> => {
      const source = `let n = 0; for (let i = 0; i < ${turns}; i++) n++; ${more}`
      return (await executor.run(source, { limits: { operations: 100_000 } })).usage.operations ?? Number.NaN
    }
    const [few, many] = [await count(100), await count(1_100)]
    ok(few >= 100 && many >= few + 1_000, `100 turns were ${few} operations, 1100 were ${many}`)
    ok((await count(100, 'throw 1')) >= 100, 'a run that threw reports none')
    const spent = (await executor.run('for (;;);', { limits: { operations: 1_000 } })).usage.operations
    equal(spent, 1_000, 'operations of a run that had no more')
  })
  bench.test('operations: the same program makes the same number each time', ['operations'], async (executor) => {
    const source = 'let n = 0; for (let i = 0; i < 1000; i++) n += i; n'
    const least = async (): Promise<number> => {
      let low = 1
      for (let high = 1_000_000; low < high; ) {
        const middle = Math.floor((low + high) / 2)
        const outcome = await executor.run(source, { limits: { operations: middle } })
        if (outcome.success) high = middle
        else {
          endsIn(outcome, 'BEDDEL_OPERATION_LIMIT')
          low = middle + 1
        }
      }
      return low
    }
    equal(await least(), await least(), 'the least limit that is enough')
  })
  bench.test('resultBytes: exactly at the limit it passes, one more and it does not', [], async (executor) => {
    // A string of n units takes n + 2 quotes + 2 units of the codec's head.
    gives(await executor.run('"x".repeat(96)', { limits: { resultBytes: 100 } }), 'x'.repeat(96))
    endsIn(await executor.run('"x".repeat(97)', { limits: { resultBytes: 100 } }), 'BEDDEL_RESULT_TOO_LARGE')
  })
  bench.test('sourceBytes: exactly at the limit it passes, one more and it does not', [], async (executor) => {
    gives(await executor.run('1    ', { limits: { sourceBytes: 5 } }), 1)
    endsIn(await executor.run('1     ', { limits: { sourceBytes: 5 } }), 'BEDDEL_SOURCE_TOO_LARGE')
  })
  bench.test('inputBytes: input and globals', [], async (executor) => {
    for (const request of [{ input: 'x'.repeat(100) }, { globals: { a: 'x'.repeat(100) } }]) {
      endsIn(await executor.run('1', { ...request, limits: { inputBytes: 50 } }), 'BEDDEL_INPUT_TOO_LARGE')
      gives(await executor.run('1', { ...request, limits: { inputBytes: 500 } }), 1)
    }
  })
  bench.test('logBytes: what is beyond is dropped and counted', [], async (executor) => {
    const outcome = await executor.run('for (let i = 0; i < 100; i++) console.log("123456789"); 1', { limits: { logBytes: 100 } })
    gives(outcome, 1)
    ok(outcome.logs.length <= 10, `${outcome.logs.length} lines came`)
    ok(outcome.usage.logsDropped > 0, 'dropped lines must be counted')
    ok(outcome.usage.logBytes <= 101, `logBytes is ${outcome.usage.logBytes}`)
  })
  bench.test('hostCalls: exactly the limit passes', ['hostCalls'], async (executor) => {
    const request = { hostFunctions: { f: () => 1 }, limits: { hostCalls: 3 } }
    const outcome = await executor.run('let n = 0; for (let i = 0; i < 3; i++) n += await f(); return n', request)
    gives(outcome, 3)
    equal(outcome.usage.hostCalls, 3, 'usage.hostCalls')
    endsIn(await executor.run('for (let i = 0; i < 4; i++) await f()', request), 'BEDDEL_HOST_CALL_LIMIT')
  })
  bench.test('limits of the executor hold for its runs, and a run’s own win', [], async () => {
    const executor = await bench.fresh({ limits: { timeoutMs: 250, resultBytes: 50 } })
    // Where the time is not what is looked at, a busy machine is given enough of it. The first run starts what there is to start.
    const timeoutMs = 10_000
    gives(await executor.run('1', { limits: { timeoutMs } }), 1)
    endsIn(await executor.run('"x".repeat(100)', { limits: { timeoutMs } }), 'BEDDEL_RESULT_TOO_LARGE')
    gives(await executor.run('"x".repeat(100)', { limits: { timeoutMs, resultBytes: 500 } }), 'x'.repeat(100))
    endsIn(await executor.run('for(;;);'), 'BEDDEL_TIMEOUT')
    endsIn(await executor.run('"x".repeat(100)', { limits: { timeoutMs, resultBytes: undefined } }), 'BEDDEL_RESULT_TOO_LARGE')
  })
}
