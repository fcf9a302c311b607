import { afterAll, describe, expect, test } from 'vitest'
import { disposeAll, ending, executorIn, PLACEMENTS } from './executors.js'

afterAll(disposeAll)

describe.each(PLACEMENTS)('%s', (placement) => {
  const executor = executorIn(placement)

  test.each([
    ['2 + 2', 4],
    ['return 2 + 2', 4],
    ['await Promise.resolve(1); return 5', 5],
    ['export default 7', 7],
    ['const x = await Promise.resolve(3)\nexport default x * 2', 6],
    ['Promise.resolve(8)', 8],
    ['await (f())\nfunction f() { globalThis.ran = true }\nreturn ran', true],
    ['1 // the end', 1],
    ['', undefined],
  ])('the form of %j', async (source, value) => {
    expect(ending(await executor.run(source))).toEqual(value)
  })

  test.each([
    ['throw new TypeError("q")', 'BEDDEL_GUEST_THROWN', 'TypeError'],
    ['throw { a: 1 }', 'BEDDEL_GUEST_THROWN', 'NonError'],
    ['Promise.reject(new RangeError("late"))', 'BEDDEL_GUEST_THROWN', 'RangeError'],
    ['export default await Promise.reject(new URIError("in a module"))', 'BEDDEL_GUEST_THROWN', 'URIError'],
    ['JSON.parse("{")', 'BEDDEL_GUEST_THROWN', 'SyntaxError'],
    ['let s = "x"; for (;;) s += s', 'BEDDEL_GUEST_THROWN', 'RangeError'],
    ['import x from "fs"; export default x', 'BEDDEL_GUEST_THROWN', 'Error'],
    ['import("node:fs")', 'BEDDEL_GUEST_THROWN', 'Error'],
    ['let x = ;', 'BEDDEL_GUEST_SYNTAX', 'SyntaxError'],
    ['}); globalThis.pwned = 1; (async function () {', 'BEDDEL_GUEST_SYNTAX', 'SyntaxError'],
    ['() => 1', 'BEDDEL_NOT_TRANSFERABLE', undefined],
    ['"x".repeat(5e6)', 'BEDDEL_RESULT_TOO_LARGE', undefined],
  ])('%s ends in %s %s', async (source, code, name) => {
    const { error } = await executor.run(source)
    expect(error).toMatchObject({ code, ...(name !== undefined && { guest: { name } }) })
  })

  test.each([
    ['let x = ;', 1, 9],
    ['const a = 1\n\n  a b', 3, 5],
    ['const é = "é"; x y', 1, 18],
    ['const s = "😀"; x y', 1, 19],
    ['await 1; x y', 1, 12],
    ['if (', 1, 5],
    ['return {\n', 2, 1],
  ])('places the error of %j', async (source, line, column) => {
    expect((await executor.run(source)).error?.guest).toMatchObject({ name: 'SyntaxError', line, column })
  })

  test('stacks name the caller’s lines and columns only', async () => {
    const script = await executor.run('const a = 1\nnull.x')
    expect(script.error?.guest?.stack).toMatch(/\(guest\.js:2:\d+\)$/)
    const body = await executor.run('return null.x', { filename: 'mine.js' })
    expect(body.error?.guest?.stack).toMatch(/^TypeError: .*\n\s+at .*\(mine\.js:1:\d+\)$/)
    expect(Number(/:1:(\d+)\)/.exec(body.error?.guest?.stack ?? '')?.[1])).toBeLessThanOrEqual('return null.x'.length)
  })

  test('a promise that nothing can settle is told at once', async () => {
    const outcome = await executor.run('new Promise(() => {})', { limits: { timeoutMs: 5_000 } })
    expect(outcome.error).toMatchObject({ code: 'BEDDEL_TIMEOUT', details: { neverSettles: true } })
    expect(outcome.duration).toBeLessThan(4_000)
  })

  test('host functions: asynchronous, nested, failing', async () => {
    const hostFunctions = { math: { add: async (a: number, b: number) => a + b }, fail: () => Promise.reject(new Error('secret')) }
    expect(ending(await executor.run('return await math.add(1, 2)', { hostFunctions }))).toBe(3)
    const failed = await executor.run('await fail()', { hostFunctions })
    expect(failed.error).toMatchObject({ code: 'BEDDEL_HOST_FUNCTION_FAILED', cause: { message: 'secret' } })
    expect(JSON.stringify(failed.error?.guest)).not.toContain('secret')
  })

  test('input, globals and console', async () => {
    const outcome = await executor.run('console.log("hi", { a: [1] }); input.x + y', { input: { x: 1 }, globals: { y: 10 } })
    expect(outcome.result).toBe(11)
    expect(outcome.logs).toMatchObject([{ level: 'log', text: 'hi { a: [ 1 ] }' }])
  })

  test('TypeScript', async () => {
    expect(ending(await executor.run('interface A { n: number }\nconst a: A = { n: 3 }\na.n', { language: 'ts' }))).toBe(3)
    expect((await executor.run('const a: = 1', { language: 'ts' })).error).toMatchObject({ code: 'BEDDEL_GUEST_SYNTAX' })
  })

  test('runs synchronously, with host functions', () => {
    expect(executor.runSync?.('1 + 1').result).toBe(2)
    const hostFunctions = { add: (a: number, b: number) => a + b }
    expect(executor.runSync?.('add(20, 1) * 2', { hostFunctions }).result).toBe(42)
    const stuck = executor.runSync?.('for (;;);', { limits: { timeoutMs: 100 } })
    expect(stuck?.error?.code).toBe('BEDDEL_TIMEOUT')
  })

  test('a session keeps its state, and a mistake does not cost it', async () => {
    const session = await executor.session()
    await session.run('let n = 1; function inc(by) { return n += by }')
    expect((await session.call('inc', [2])).result).toBe(3)
    expect((await session.run('throw new Error("x")')).error?.code).toBe('BEDDEL_GUEST_THROWN')
    expect((await session.run('globalThis.f = () => 1')).error?.code).toBe('BEDDEL_NOT_TRANSFERABLE')
    expect((await session.run('(function g() { return g() })()')).error?.code).toBe('BEDDEL_STACK_LIMIT')
    expect((await session.run('f() + n')).result).toBe(4)
    await session.dispose()
  })

  test('a session whose guest was stopped is lost, and says so', async () => {
    const session = await executor.session({ limits: { timeoutMs: 100 } })
    await session.run('globalThis.n = 1')
    expect((await session.run('for (;;);')).error?.code).toBe('BEDDEL_TIMEOUT')
    const next = await session.run('n').catch((error) => ({ error }))
    expect(next.error).toMatchObject({ code: 'BEDDEL_SESSION_LOST' })
  })

  test('so is one whose guest used up the engine’s own stack, where the engine cannot go on', async () => {
    const session = await executor.session()
    // Chained iterator helpers are a recursion that QuickJS does not check.
    const outcome = await session.run('let it = [1].values(); for (let i = 0; i < 30000; i++) it = it.map((x) => x); it.next().value')
    expect(outcome.error?.code).toBe('BEDDEL_STACK_LIMIT')
    const next = await session.run('1').catch((error) => ({ error }))
    expect(next.error).toMatchObject({ code: 'BEDDEL_SESSION_LOST' })
  })

  test('a program runs many times, each time unused', async () => {
    const program = await executor.compile('globalThis.n = (globalThis.n ?? 0) + input; return n')
    for (const input of [1, 2, 3]) expect((await program.run({ input })).result).toBe(input)
    expect((await program.run({ input: 9, freshness: 'context' })).result).toBe(9)
    await program.dispose()
    await expect(executor.compile('let x = ;')).rejects.toMatchObject({ code: 'BEDDEL_GUEST_SYNTAX' })
  })

  test('web: true', async () => {
    const web = executorIn(placement, { web: true })
    const outcome = await web.run(`
      await new Promise((done) => setTimeout(done, 20))
      const bytes = new TextEncoder().encode('é€😀')
      return [new URL('http://a.b/c?d=1').searchParams.get('d'), new TextDecoder().decode(bytes), btoa('abc'), crypto.randomUUID().length, structuredClone(new Map([[1, 2]])).get(1)]
    `)
    expect(ending(outcome)).toEqual(['1', 'é€😀', 'YWJj', 36, 2])
  })

  test('codegen: true', async () => {
    const codegen = executorIn(placement, { codegen: true })
    expect(ending(await codegen.run('eval("1 + 1") + new Function("return 3")()'))).toBe(5)
    expect(ending(await codegen.run('for (;;) eval("1")', { limits: { operations: 100_000 } }))).toBe('BEDDEL_OPERATION_LIMIT')
  })

  test('stays as it was after an abort', async () => {
    const controller = new AbortController()
    const run = executor.run('await wait()', { hostFunctions: { wait: () => new Promise(() => {}) }, signal: controller.signal })
    setTimeout(() => controller.abort(), 50)
    expect(ending(await run)).toBe('BEDDEL_ABORTED')
    expect(ending(await executor.run('1'))).toBe(1)
  })
})

test('what it cannot do is refused', () => {
  expect(() => executorIn('process', { wasm: true })).toThrow(expect.objectContaining({ code: 'BEDDEL_OPTION_UNSUPPORTED' }))
  expect(() => executorIn('in-process', { acceptHostRisk: false })).toThrow(expect.objectContaining({ code: 'BEDDEL_PLACEMENT_REFUSED' }))
  expect(() => executorIn('process', { seed: 0.5 })).toThrow(expect.objectContaining({ code: 'BEDDEL_INVALID_OPTION' }))
  expect(() => executorIn('process', { clock: Number.NaN })).toThrow(expect.objectContaining({ code: 'BEDDEL_INVALID_OPTION' }))
  expect(() => executorIn('process', { clok: 1 } as never)).toThrow(expect.objectContaining({ code: 'BEDDEL_INVALID_OPTION' }))
})
