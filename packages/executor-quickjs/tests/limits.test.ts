import { afterAll, describe, expect, test } from 'vitest'
import { quickJsCapabilities } from '../dist/index.js'
import { disposeAll, ending, executorIn, PLACEMENTS } from './executors.js'

const MiB = 1024 * 1024
afterAll(disposeAll)

describe.each(PLACEMENTS)('%s', (placement) => {
  const executor = executorIn(placement)

  test.each([
    ['objects', 'const a = []; for (;;) a.push({})'],
    ['objects that stay reachable', 'globalThis.a = []; for (;;) a.push({})'],
    ['a map', 'const m = new Map(); for (let i = 0; ; i++) m.set(i, {})'],
    ['keys', 'const o = {}; for (let i = 0; ; i++) o["k" + i] = i'],
    ['strings', 'const a = []; for (let i = 0; ; i++) a.push("x".repeat(1000) + i)'],
    ['buffers', 'const a = []; for (;;) a.push(new Uint8Array(65536))'],
    ['one buffer', 'new ArrayBuffer(1e9)'],
    ['one array', 'Array(1e9).fill(0)'],
    ['closures', 'let f; for (;;) { const g = f; f = () => g }'],
    ['promises', 'const a = []; for (;;) a.push(new Promise(() => {}))'],
    ['promise jobs', 'const jobs = []; for (;;) jobs.push(Promise.resolve().then(() => {}))'],
    ['keys of an async body', 'await 1; const o = {}; for (let i = 0; ; i++) o["k" + i] = i'],
    ['what the guest made of it', 'try { const a = []; for (;;) a.push({}) } catch (e) { globalThis.b = []; for (;;) b.push({}) }'],
    ['after catching it', 'try { const a = []; for (;;) a.push({}) } catch {} globalThis.a = []; for (;;) a.push({})'],
    ['a regular expression', '/^(?:a|b)*$/.test("a".repeat(5e5))'],
  ])('2 MiB stop %s', async (_name, source) => {
    const outcome = await executor.run(source, { limits: { memoryBytes: 2 * MiB } })
    expect(ending(outcome)).toBe('BEDDEL_MEMORY_LIMIT')
    expect(outcome.usage.memoryBytes ?? 0).toBeLessThanOrEqual(2 * MiB)
    expect(outcome.notes).toEqual([])
  })

  test.each([2, 4, 16])('%i MiB are exact, but for what the sandbox itself takes', async (size) => {
    const limits = { memoryBytes: size * MiB }
    const bytes = size * MiB - 300 * 1024
    expect(ending(await executor.run(`new Uint8Array(${bytes}).length`, { limits }))).toBe(bytes)
    expect(ending(await executor.run(`new Uint8Array(${bytes + 16 * 1024}).length`, { limits }))).toBe('BEDDEL_MEMORY_LIMIT')
  })

  test('what is freed can be used again', async () => {
    const source = 'let n = 0; for (let i = 0; i < 2000; i++) n += new Uint8Array(100000).length + "x".repeat(10000).length; n'
    expect(ending(await executor.run(source, { limits: { memoryBytes: 2 * MiB } }))).toBe(220_000_000)
  })

  test('imports do not lower the account of what a session holds', async () => {
    const session = await executor.session({ limits: { memoryBytes: 16 * MiB } })
    await session.run('globalThis.held = new Uint8Array(8e6); 0')
    const before = (await session.run('0')).usage.memoryBytes as number
    const names = Array.from({ length: 8 }, (_, i) => 'import ' + JSON.stringify('x'.repeat(1e5) + i)).join('\n')
    for (let i = 0; i < 5; i++) expect(ending(await session.run(names))).toBe('BEDDEL_GUEST_THROWN')
    expect((await session.run('0')).usage.memoryBytes).toBeGreaterThan(before)
    expect(ending(await session.run('globalThis.more = new Uint8Array(8e6); 0'))).toBe('BEDDEL_MEMORY_LIMIT')
    await session.dispose()
  })

  test('throw null is no memory limit', async () => {
    expect(ending(await executor.run('throw null', { limits: { memoryBytes: 2 * MiB } }))).toBe('BEDDEL_GUEST_THROWN')
  })

  test('the declared floor is one in which guests work, with everything switched on', async () => {
    const memoryBytes = quickJsCapabilities(placement).limits.heap.min as number
    const full = executorIn(placement, { web: true, codegen: true, limits: { memoryBytes } })
    const outcome = await full.run(
      'await 1; return { url: new URL("http://a.b/c").pathname, list: Array.from({ length: 1000 }, (_, i) => i).length }',
    )
    expect(ending(outcome)).toEqual({ url: '/c', list: 1000 })
    expect(outcome.notes).toEqual([])
    expect(ending(await full.run('const a = []; for (;;) a.push({})'))).toBe('BEDDEL_MEMORY_LIMIT')
    const below = await full.run('1', { limits: { memoryBytes: memoryBytes / 2 } })
    expect(below.notes).toHaveLength(1)
  })

  test('usage tells what the guest holds', async () => {
    const empty = (await executor.run('0')).usage.memoryBytes as number
    const more = (await executor.run('globalThis.a = new Uint8Array(1e6); 0')).usage.memoryBytes as number
    expect(more - empty).toBeGreaterThanOrEqual(1e6)
    expect(more - empty).toBeLessThan(1.01e6)
  })

  test('operations are the same number in every run', async () => {
    const source =
      'let n = 0; for (let i = 0; i < 12345; i++) n += [3, 1, 2].sort((a, b) => a - b)[0] + (/(a|b)+c/.test("ab".repeat(30)) ? 1 : 0); return n'
    const counts = new Set<number | undefined>()
    for (let i = 0; i < 5; i++) counts.add((await executor.run(source, { limits: { operations: 10_000_000 } })).usage.operations)
    expect(counts.size).toBe(1)
    const [count] = counts as Set<number>
    expect(count).toBeGreaterThan(12_345)
    // To the operation: one fewer is not enough.
    expect(ending(await executor.run(source, { limits: { operations: count } }))).toBe(12_345)
    expect(ending(await executor.run(source, { limits: { operations: (count as number) - 1 } }))).toBe('BEDDEL_OPERATION_LIMIT')
  })

  test('what the sandbox does before a run is not counted', async () => {
    const bare = (await executor.run('1', { limits: { operations: 1_000 } })).usage.operations as number
    const input = Array.from({ length: 5_000 }, (_, i) => ({ i, big: BigInt(i) }))
    const laden = (await executor.run('1', { limits: { operations: 1_000 }, input, globals: { input2: input } })).usage.operations
    expect(laden).toBe(bare)
    expect(bare).toBeLessThan(100)
  })

  test.each([
    'for (;;);',
    'for (;;) try { for (;;); } catch {} finally { continue }',
    'async function f() { for (;;) await 0 } f()',
    'function f() { for (;;) try { f() } catch {} } f()',
    '/^(a+)+$/.test("a".repeat(40) + "b")',
    '[..."ab".repeat(1000)].sort(() => { for (;;); })',
    'return { get a() { for (;;); } }',
  ])('operations stop %s', async (source) => {
    const outcome = await executor.run(source, { limits: { operations: 200_000, timeoutMs: 20_000 } })
    expect(ending(outcome)).toBe('BEDDEL_OPERATION_LIMIT')
    expect(outcome.usage.operations).toBe(200_000)
  })

  test('a session counts each call by itself', async () => {
    const session = await executor.session({ limits: { operations: 50_000 } })
    for (let i = 0; i < 5; i++) expect(ending(await session.run('for (let i = 0; i < 20000; i++); 1'))).toBe(1)
    expect(ending(await session.run('for (;;);'))).toBe('BEDDEL_OPERATION_LIMIT')
  })

  test.each([
    ['plain', 'function f() { return f() } f()'],
    ['through a built-in', 'function f() { [1, 2].sort(f) } f()'],
    ['a getter', 'const o = { get x() { return this.x } }; o.x'],
    ['JSON.parse', 'JSON.parse("[".repeat(1e5) + "]".repeat(1e5))'],
    ['JSON.stringify', 'let a = []; for (let i = 0; i < 1e5; i++) a = [a]; JSON.stringify(a)'],
    ['proxies', 'let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); p.x'],
    ['iterator helpers', 'let it = [1].values(); for (let i = 0; i < 3e4; i++) it = it.map((x) => x); it.next().value'],
    ['an async function', 'async function f() { await f() } f()'],
    ['the parser', `${'['.repeat(1e5)}${']'.repeat(1e5)}`],
  ])('deep recursion: %s', async (_name, source) => {
    const outcome = await executor.run(source)
    expect(ending(outcome)).toBe('BEDDEL_STACK_LIMIT')
    expect(ending(await executor.run('1'))).toBe(1)
  })

  test('recursion of a thousand calls is no attack', async () => {
    expect(ending(await executor.run('const f = (n) => (n === 0 ? 0 : 1 + f(n - 1)); f(1000)'))).toBe(1000)
  })

  test.each([
    'throw new RangeError("Maximum call stack size exceeded")',
    'throw new RangeError("out of memory")',
    'throw Object.assign(new Error("out of memory"), { name: "InternalError" })',
    'throw new Error("Script execution timed out.")',
    'throw new Error("The run made more operations than its limit")',
  ])('%s is an error of the guest', async (source) => {
    expect(ending(await executor.run(source))).toBe('BEDDEL_GUEST_THROWN')
  })

  test('cpu time is that of the guest, not of what it waits for', async () => {
    const work = await executor.run('for (;;);', { limits: { operations: 20_000_000, timeoutMs: 20_000 } })
    if (work.usage.cpuMs === undefined) return
    expect(ending(work)).toBe('BEDDEL_OPERATION_LIMIT')
    expect(work.usage.cpuMs).toBeGreaterThan(20)
    expect(work.usage.cpuMs).toBeLessThanOrEqual((work.usage.guestMs as number) + 20)
    const waiting = await executor.run('await wait()', { hostFunctions: { wait: () => new Promise((done) => setTimeout(done, 500)) } })
    // Absent where it was too little for the clock.
    expect(waiting.usage.cpuMs ?? 0).toBeLessThan(100)
  })
})
