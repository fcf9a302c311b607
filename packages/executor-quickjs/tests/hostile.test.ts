import { afterAll, describe, expect, test } from 'vitest'
import { disposeAll, ending, executorIn, PLACEMENTS } from './executors.js'

const TIMEOUT = 400
const GRACE = 250
afterAll(disposeAll)

/** Guests that QuickJS stops by itself: its interrupts reach them. */
const INTERRUPTED: [name: string, source: string][] = [
  ['a loop', 'for (;;);'],
  ['catch and continue', 'for (;;) try { for (;;); } catch {}'],
  ['finally and continue', 'for (;;) try { for (;;); } finally { continue }'],
  ['ReDoS', '/^(a+)+$/.test("a".repeat(50) + "b")'],
  ['an await loop', '(async () => { while (true) await 0 })()'],
  ['a promise flood', 'function f() { return Promise.resolve().then(f) } f(); new Promise(() => {})'],
  ['a microtask chain of thenables', 'const t = { then(r) { r(t) } }; t'],
  ['a generator', 'function* g() { for (;;) yield 1 } for (const x of g());'],
  ['a getter in the result', 'return { get a() { for (;;); } }'],
  ['a getter in the thrown error', 'throw Object.defineProperty(new Error("x"), "message", { get() { for (;;); } })'],
  ['a proxy as the result', 'new Proxy({}, { ownKeys() { for (;;); } })'],
  ['a host call’s argument', 'await h({ get a() { for (;;); } })'],
  ['a console argument', 'console.log({ get a() { for (;;); } }); for (;;);'],
]

/** Built-ins that never ask: only another process's clock stops them. */
const UNINTERRUPTED: [name: string, source: string][] = [
  ['join over a huge length', 'const b = []; b.length = 2 ** 31; b.join("x")'],
  ['indexOf over a huge length', 'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)'],
  ['forEach over holes', 'Array.prototype.forEach.call({ length: 2 ** 53 - 1 }, () => {})'],
]

describe('process', () => {
  const executor = executorIn('process', { limits: { timeoutMs: TIMEOUT } })

  test.each([...INTERRUPTED, ...UNINTERRUPTED])('%s ends at its timeout', async (_name, source) => {
    await executor.ready()
    const startedAt = performance.now()
    const outcome = await executor.run(source, { hostFunctions: { h: () => 1 } })
    expect(ending(outcome)).toBe('BEDDEL_TIMEOUT')
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT + GRACE)
    expect(ending(await executor.run('1', { limits: { timeoutMs: 5_000 } }))).toBe(1)
  })

  test('and the host’s event loop does not stall', async () => {
    await executor.ready()
    const before = performance.eventLoopUtilization()
    await Promise.all(UNINTERRUPTED.map(([, source]) => executor.run(source)))
    // A guest on the host's own thread would make this 1.
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5)
  })

  test('synchronously too', () => {
    const startedAt = performance.now()
    const outcome = executor.runSync?.(UNINTERRUPTED[0]?.[1] as string, { limits: { timeoutMs: 2_000 } })
    expect(outcome?.error?.code).toBe('BEDDEL_TIMEOUT')
    expect(performance.now() - startedAt).toBeLessThan(2_000 + GRACE)
  })
})

describe('in-process', () => {
  const executor = executorIn('in-process', { limits: { timeoutMs: TIMEOUT } })

  test.each(INTERRUPTED)('%s ends at its timeout', async (_name, source) => {
    await executor.ready()
    const startedAt = performance.now()
    expect(ending(await executor.run(source, { hostFunctions: { h: () => 1 } }))).toBe('BEDDEL_TIMEOUT')
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT + GRACE)
    expect(ending(await executor.run('1'))).toBe(1)
  })

  test('a host function always has stack to run in', () => {
    // Iterator helpers take the host's stack without QuickJS noticing: at some depth the host function would fail half-way.
    let halves = ''
    const deep = (n: number): number => (n === 0 ? 0 : 1 + deep(n - 1))
    const hostFunctions = {
      transfer() {
        halves += 'begin '
        deep(300)
        halves += 'end'
      },
    }
    const calledAt = (depth: number): string => {
      halves = ''
      const source = `let it = [1].values(); for (let i = 0; i < ${depth}; i++) it = it.map(i === 0 ? () => transfer() : (x) => x); it.next()`
      executor.runSync?.(source, { hostFunctions, limits: { timeoutMs: 5_000 } })
      return halves
    }
    // V8 gives the binary smaller frames once it is warm.
    for (let i = 0; i < 60; i++) calledAt(800)
    let edge = 500
    while (edge < 50_000 && calledAt(edge) === 'begin end') edge += 100
    expect(edge).toBeLessThan(50_000)
    for (let depth = edge - 150; depth < edge + 150; depth += 3) expect(['', 'begin end']).toContain(calledAt(depth))
  })
})

test.each(PLACEMENTS)('%s: a flood of results, logs and messages stays within its limits', async (placement) => {
  const executor = executorIn(placement)
  expect(ending(await executor.run('throw new Error("x".repeat(1e7))'))).toBe('BEDDEL_GUEST_THROWN')
  expect((await executor.run('throw new Error("x".repeat(1e7))')).error?.guest?.message.length).toBeLessThanOrEqual(8_192)
  const logged = await executor.run('for (let i = 0; i < 1e4; i++) console.log("x".repeat(1000)); 1')
  expect(logged.usage.logBytes).toBeLessThanOrEqual(65_536)
  expect(logged.usage.logsDropped).toBeGreaterThan(0)
  expect(ending(await executor.run('for (;;) h("x".repeat(1e5))', { hostFunctions: { h: () => 1 } }))).toBe('BEDDEL_HOST_CALL_LIMIT')
})
