import { syncHostFunction } from '@beddel/core/engine'
import { afterAll, describe, expect, test } from 'vitest'
import { WorkerExecutor, type WorkerRuntime } from '../dist/index.js'

describe.each<WorkerRuntime>(['child_process', 'worker_threads'])('%s', (runtime) => {
  const threads = runtime === 'worker_threads'
  const executor = new WorkerExecutor({ runtime, trust: 'trusted', web: true })
  afterAll(() => executor.dispose())

  test('a result of many messages comes whole', async () => {
    const { result } = await executor.run('Array.from({ length: 300000 }, (_, i) => i).join() + "…"')
    expect(result).toBe(`${Array.from({ length: 300_000 }, (_, i) => i).join()}…`)
  })

  test.each([
    ['2 + 2', 4],
    ['return 2 + 2', 4],
    ['const a = await Promise.resolve(1); return a + 1', 2],
    ['export default 7', 7],
    ['let a = 1; export { a as default }; a = 5', 5],
    ['return await [3].map((x) => x)', [3]],
    ['({ a: [1, new Map([[1n, new Date(0)]])] })', { a: [1, new Map([[1n, new Date(0)]])] }],
    ['"import(x) and export"', 'import(x) and export'],
    ['typeof process + typeof require + typeof eval + typeof WebAssembly', 'undefined'.repeat(4)],
  ])('%s gives a value', async (source, value) => {
    expect((await executor.run(source)).result).toEqual(value)
  })

  test.each([
    ['let x = ;', 'BEDDEL_GUEST_SYNTAX'],
    ['\n  foo bar', 'BEDDEL_GUEST_SYNTAX'],
    ['throw new TypeError("x")', 'BEDDEL_GUEST_THROWN'],
    ['throw undefined', 'BEDDEL_GUEST_THROWN'],
    ['return await import("x")', 'BEDDEL_GUEST_THROWN'],
    ['import a from "x"; export default a', 'BEDDEL_GUEST_THROWN'],
    ['throw new RangeError("Maximum call stack size exceeded")', 'BEDDEL_GUEST_THROWN'],
    ['function f() { return f() } f()', 'BEDDEL_STACK_LIMIT'],
    ['for (;;);', 'BEDDEL_TIMEOUT'],
    ['(async () => { for (;;) await 0 })()', 'BEDDEL_TIMEOUT'],
    ['try { for (;;); } catch { for (;;); } finally { for (;;); }', 'BEDDEL_TIMEOUT'],
    ['new Promise(() => {})', 'BEDDEL_TIMEOUT'],
    ['() => 1', 'BEDDEL_NOT_TRANSFERABLE'],
    ['"x".repeat(5e6)', 'BEDDEL_RESULT_TOO_LARGE'],
  ])('%s ends in %s', async (source, code) => {
    const startedAt = performance.now()
    const late = code === 'BEDDEL_TIMEOUT'
    const outcome = await executor.run(source, { limits: late ? { timeoutMs: 400 } : {} })
    expect(outcome.error?.code).toBe(code)
    // Of threads the engine declares no more than a soft clock.
    if (late && !threads) expect(performance.now() - startedAt).toBeLessThan(400 + 250)
  })

  test('says where a source is wrong', async () => {
    const { error } = await executor.run('let a = 1\nreturn a +* 2')
    expect(error?.guest).toMatchObject({ name: 'SyntaxError', line: 2, column: 11 })
    expect((await executor.run('return 1 +* 2')).error?.guest).toMatchObject({ line: 1, column: 11 })
  })

  test('counts operations, and takes the types out of TypeScript', async () => {
    const counted = await executor.run('try { for (;;); } catch { for (;;); }', { limits: { operations: 1_000, timeoutMs: 1_000 } })
    expect(counted.error?.code).toBe('BEDDEL_OPERATION_LIMIT')
    expect((await executor.run('const n: number = 3; n', { language: 'ts' })).result).toBe(3)
  })

  test('calls host functions, with values and errors by value', async () => {
    const hostFunctions = {
      math: { add: (a: number, b: number) => a + b },
      boom: () => {
        throw new Error('a secret')
      },
    }
    const source = 'try { await boom() } catch (e) { return [await math.add(1, 2), e instanceof Error, e.message] }'
    expect((await executor.run(source, { hostFunctions })).result).toEqual([3, true, 'boom failed'])
    expect((await executor.run('await boom()', { hostFunctions })).error?.code).toBe('BEDDEL_HOST_FUNCTION_FAILED')
    const calls = await executor.run('for (let i = 0; i < 9; i++) await math.add(i, i)', { hostFunctions, limits: { hostCalls: 3 } })
    expect(calls.error?.code).toBe('BEDDEL_HOST_CALL_LIMIT')
  })

  test(threads ? 'calls synchronous host functions' : 'refuses synchronous host functions', async () => {
    const run = executor.run('twice(4) + twice(1)', { hostFunctions: { twice: syncHostFunction((n: number) => n * 2) } })
    if (threads) expect((await run).result).toBe(10)
    else await expect(run).rejects.toMatchObject({ code: 'BEDDEL_OPTION_UNSUPPORTED' })
  })

  test('streams what the guest logs while it runs', async () => {
    const controller = new AbortController()
    const outcome = await executor.run('console.log("on", { a: 1 }); for (;;);', {
      onLog: () => controller.abort(),
      signal: controller.signal,
    })
    expect(outcome.error?.code).toBe('BEDDEL_ABORTED')
    expect(outcome.logs.map(({ level, text }) => [level, text])).toEqual([['log', 'on { a: 1 }']])
  })

  test('has timers and URLs under web', async () => {
    const source = 'await new Promise((r) => setTimeout(r, 20)); return new URL("http://a/b?c=d").searchParams.get("c")'
    expect((await executor.run(source)).result).toBe('d')
  })

  test('settles an abort at once', async () => {
    for (const source of ['for (;;);', 'await new Promise((r) => setTimeout(r, 60_000))']) {
      const controller = new AbortController()
      const run = executor.run(source, { signal: controller.signal, limits: { timeoutMs: 20_000 } })
      await new Promise((resolve) => setTimeout(resolve, 300))
      const abortedAt = performance.now()
      controller.abort()
      expect((await run).error?.code).toBe('BEDDEL_ABORTED')
      expect(performance.now() - abortedAt).toBeLessThan(500)
    }
    expect((await executor.run('1')).result).toBe(1)
  })

  test('keeps nothing between runs', async () => {
    await executor.run('globalThis.left = 1; Object.prototype.left = 1; Array.prototype.push = () => 0; 0')
    expect((await executor.run('[typeof left, {}.left, [].push(1)]')).result).toEqual(['undefined', undefined, 1])
  })

  test('keeps the state of a session, and loses it with its process', async () => {
    const session = await executor.session()
    expect((await session.run('let n = 1; function inc(by) { return (n += by) } n')).result).toBe(1)
    expect((await session.call('inc', [2])).result).toBe(3)
    const [a, b] = await Promise.all([session.run('++n'), session.run('++n')])
    expect([a.result, b.result]).toEqual([4, 5])
    expect((await session.run('for (;;);', { limits: { timeoutMs: 200 } })).error?.code).toBe('BEDDEL_TIMEOUT')
    expect((await session.run('n')).error?.code).toBe('BEDDEL_SESSION_LOST')
    await session.dispose()
  })

  test('runs a program many times', async () => {
    const program = await executor.compile('input * 2')
    expect([(await program.run({ input: 2 })).result, (await program.run({ input: 3 })).result]).toEqual([4, 6])
    await program.dispose()
    await expect(executor.compile('let = ;')).rejects.toMatchObject({ code: 'BEDDEL_GUEST_SYNTAX' })
  })

  test('runs several guests at once', async () => {
    const runs = Array.from({ length: 12 }, (_, i) => executor.run(`await new Promise((r) => setTimeout(r, 30)); return ${i}`))
    expect((await Promise.all(runs)).map(({ result }) => result)).toEqual(Array.from({ length: 12 }, (_, i) => i))
  })
})
