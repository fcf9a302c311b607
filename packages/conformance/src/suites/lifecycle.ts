import { type Bench, endsIn, equal, gives, ok, throws } from './bench.js'

/** Starting, counting, ending. */
export function lifecycle(bench: Bench): void {
  bench.test('nothing starts before the first use', [], async () => {
    const executor = await bench.fresh()
    const { executionCount, activeIsolates, processes } = executor.getStats()
    equal([executionCount, activeIsolates, processes?.spawned ?? 0], [0, 0, 0], 'counts')
  })
  bench.test('ready may be asked for twice', [], async () => {
    const executor = await bench.fresh()
    await Promise.all([executor.ready(), executor.ready()])
    gives(await executor.run('1'), 1)
  })
  bench.test('stats count failures too', [], async () => {
    const executor = await bench.fresh()
    await executor.run('1')
    await executor.run('throw 1')
    await executor.run(')')
    const stats = executor.getStats()
    equal([stats.type, stats.executionCount, stats.successCount, stats.failureCount], [bench.target.provider.id, 3, 1, 2], 'counts')
    equal(stats.byError, { BEDDEL_GUEST_THROWN: 1, BEDDEL_GUEST_SYNTAX: 1 }, 'byError')
    ok(stats.averageDuration > 0 && stats.activeIsolates === 0 && stats.waiting === 0, 'averageDuration, activeIsolates and waiting')
  })
  bench.test('dispose may be asked for twice, and is the end', [], async () => {
    const executor = await bench.fresh()
    gives(await executor.run('1'), 1)
    await Promise.all([executor.dispose(), executor.dispose()])
    await throws('BEDDEL_DISPOSED', () => executor.run('1'))
    await throws('BEDDEL_DISPOSED', () => executor.ready())
  })
  bench.test('dispose before the first use', [], async () => {
    const executor = await bench.fresh()
    await executor.dispose()
    await throws('BEDDEL_DISPOSED', () => executor.run('1'))
  })
  bench.test('dispose settles what is under way', ['hostCalls'], async () => {
    const executor = await bench.fresh()
    await executor.run('1')
    const waiting = executor.run('return await never()', { hostFunctions: { never: () => new Promise(() => {}) } })
    await new Promise((resolve) => setTimeout(resolve, 60))
    const startedAt = performance.now()
    await executor.dispose()
    endsIn(await waiting, 'BEDDEL_DISPOSED')
    ok(performance.now() - startedAt < 1_000, 'it must settle at once')
  })
  bench.test('a program is compiled once and run many times', ['compile'], async (executor) => {
    await using program = await executor.compile?.('globalThis.n = (globalThis.n ?? 0) + input; n')
    ok(program !== undefined, 'no program')
    for (let i = 1; i <= 5; i++) {
      const outcome = await program.run({ input: i })
      gives(outcome, i)
      equal(outcome.codeHash, program.codeHash, 'codeHash')
    }
  })
  bench.test('a program has a form, a language and limits', ['compile', 'typescript'], async (executor) => {
    await using program = await executor.compile?.('const x: number = input; return x + 1', {
      language: 'ts',
      form: 'body',
      filename: 'p.ts',
    })
    gives((await program?.run({ input: 1 })) as never, 2)
    endsIn((await program?.run({ input: 'x'.repeat(100), limits: { inputBytes: 10 } })) as never, 'BEDDEL_INPUT_TOO_LARGE')
  })
  bench.test('a program that does not compile is an error at once', ['compile'], async (executor) => {
    await throws('BEDDEL_GUEST_SYNTAX', async () => executor.compile?.('1 +'))
  })
  bench.test('a program that was disposed of says so', ['compile'], async (executor) => {
    const program = await executor.compile?.('1')
    await program?.dispose()
    await throws('BEDDEL_DISPOSED', async () => program?.run())
  })
  bench.test('a synchronous run, where there is one', [], async (executor) => {
    if (executor.runSync === undefined) return
    gives(executor.runSync('[input, 1 + 1]', { input: 'a' }), ['a', 2])
    endsIn(executor.runSync('throw new Error("x")'), 'BEDDEL_GUEST_THROWN')
    endsIn(executor.runSync('for(;;);', { limits: { timeoutMs: 250 } }), 'BEDDEL_TIMEOUT')
    endsIn(executor.runSync('new Promise(() => {})', { limits: { timeoutMs: 250 } }), 'BEDDEL_TIMEOUT')
    gives(executor.runSync('return await f(2)', { hostFunctions: { f: (n: number) => n * 2 } }), 4)
  })
}
