import { describe, expect, test, vi } from 'vitest'
import { decode, encode, syncHostFunction } from '../dist/engine.js'
import { flatten, HostBridge } from '../src/engine/host-functions.js'
import type { HostCallContext, HostFunctionTree } from '../src/spec.js'

describe('flatten', () => {
  const f = (): void => {}
  test('nested functions get dotted names', () => {
    expect([...flatten({ a: f, b: { c: f, d: { e: syncHostFunction(f) } } })].map(([name, { sync }]) => [name, sync])).toEqual([
      ['a', false],
      ['b.c', false],
      ['b.d.e', true],
    ])
  })
  test('only own enumerable properties', () => {
    const tree = Object.create({ inherited: f }) as HostFunctionTree
    Object.defineProperty(tree, 'hidden', { value: f, enumerable: false })
    // With none of its own it is a mistake that is told: a class instance, a Map.
    expect(() => flatten(tree)).toThrow(expect.objectContaining({ code: 'BEDDEL_INVALID_OPTION' }))
    expect([...flatten(Object.assign(tree, { own: f })).keys()]).toEqual(['own'])
  })
  test.each<[string, unknown]>([
    ['hostFunctions.a', { a: 1 }],
    ['hostFunctions.a', { a: null }],
    ['hostFunctions.a', { a: [f] }],
    ['hostFunctions.a-b', { 'a-b': f }],
    ['hostFunctions.__proto__', JSON.parse('{"__proto__":{}}')],
    ['hostFunctions', []],
    ['nested more than 8 deep', { a: { a: { a: { a: { a: { a: { a: { a: { a: { a: f } } } } } } } } } }],
  ])('refuses %s', (message, tree) => expect(() => flatten(tree as HostFunctionTree)).toThrow(message))
})

function bridge(functions: HostFunctionTree, more: Partial<ConstructorParameters<typeof HostBridge>[0]> = {}) {
  return new HostBridge({
    functions: flatten(functions),
    executionId: 'id',
    tenant: 't',
    callTimeoutMs: undefined,
    exposeErrors: false,
    concurrency: 64,
    maxValueBytes: 1_000,
    maxArgumentBytes: 1_000,
    hostCalls: 10,
    ...more,
  })
}
const encoded = (...args: unknown[]): string => encode(args, 1e6, 'args').text as string
const call = (host: HostBridge, name: string, args = encoded()): Promise<{ ok: boolean; value: unknown }> =>
  new Promise((resolve) => host.call(1, name, args, (_id, ok, text) => resolve({ ok, value: (decode(text) as { value: unknown }).value })))

describe('HostBridge', () => {
  test('passes values and the context', async () => {
    const host = bridge({
      add(this: HostCallContext, a: number, b: number) {
        return { sum: a + b, id: this.executionId, tenant: this.tenant, name: this.name, live: !this.signal.aborted }
      },
    })
    expect(await call(host, 'add', encoded(1, 2))).toEqual({ ok: true, value: { sum: 3, id: 'id', tenant: 't', name: 'add', live: true } })
  })
  test('redacts errors, unless the host says otherwise', async () => {
    const secret = () => {
      throw new TypeError('password 123')
    }
    const redacted = await call(bridge({ secret }), 'secret')
    expect(redacted).toMatchObject({
      ok: false,
      value: { name: 'HostFunctionError', message: 'secret failed', code: 'BEDDEL_HOST_FUNCTION_FAILED' },
    })
    const exposed = await call(bridge({ secret }, { exposeErrors: true }), 'secret')
    expect(exposed.value).toMatchObject({ name: 'TypeError', message: 'password 123' })
    expect((exposed.value as Error).stack).not.toContain(import.meta.filename)
  })
  test.each<[string, () => unknown]>([
    [
      'a getter that throws',
      () => ({
        get x(): never {
          throw new Error('mine')
        },
      }),
    ],
    ['a function', () => () => 1],
    ['too much', () => 'x'.repeat(2_000)],
  ])("a result that cannot cross is the guest's error, not an unhandled rejection: %s", async (_name, make) => {
    expect(await call(bridge({ make }), 'make')).toMatchObject({ ok: false, value: { name: 'TypeError' } })
    expect(
      JSON.parse(
        JSON.stringify(
          (
            decode(
              bridge({ make: syncHostFunction(make) })
                .callSync('make', encoded())
                .slice(1),
            ) as { value: Error }
          ).value.message,
        ),
      ),
    ).toContain('cannot cross')
  })
  test.each<[string, string, string, boolean]>([
    ['a function that is not there', 'nothing', encoded(), false],
    ['a name on a prototype', 'constructor', encoded(), false],
    ['too many characters', 'f', encoded('x'.repeat(2_000)), false],
    ['an asynchronous function called synchronously', 'f', encoded(), true],
  ])('a hostile child is not believed: %s', (_name, name, args, sync) => {
    const host = bridge({ f: () => 1 })
    expect(host.admits('f', encoded(), false)).toBe(true)
    expect(host.admits(name, args, sync)).toBe(false)
  })
  test('the number of calls is bounded on this side too', () => {
    const host = bridge({ f: () => 1 }, { hostCalls: 2 })
    expect([1, 2, 3].map(() => host.admits('f', encoded(), false))).toEqual([true, true, false])
  })
  test.each<[string, string, string]>([
    ['arguments that are no list', 'f', encode(5, 1e6, 'a').text as string],
    ['arguments that cannot be read', 'f', 'garbage'],
  ])('a hostile child gets nowhere: %s', async (_name, name, args) => {
    const f = vi.fn()
    expect((await call(bridge({ f }), name, args)).ok).toBe(false)
    expect(f).not.toHaveBeenCalled()
  })
  test('a synchronous function that returns a promise has failed', () => {
    expect(bridge({ f: syncHostFunction(async () => 1) }).callSync('f', encoded())[0]).toBe('0')
  })
  test('calls beyond the concurrency wait for their turn', async () => {
    const finish: (() => void)[] = []
    const f = vi.fn(() => new Promise<void>((resolve) => finish.push(resolve)))
    const host = bridge({ f }, { concurrency: 2 })
    const answers = [1, 2, 3].map(() => call(host, 'f'))
    await vi.waitFor(() => expect(f).toHaveBeenCalledTimes(2))
    finish[0]?.()
    await vi.waitFor(() => expect(f).toHaveBeenCalledTimes(3))
    for (const one of finish) one()
    expect((await Promise.all(answers)).map(({ ok }) => ok)).toEqual([true, true, true])
  })
  test('replies that nobody reads hold the next ones back', async () => {
    const size = 3 * 1_048_576
    const host = bridge({ f: async () => 'x'.repeat(size) }, { maxValueBytes: 2 * size })
    const reply = vi.fn()
    for (let id = 1; id <= 5; id++) host.call(id, 'f', encoded(), reply)
    await vi.waitFor(() => expect(reply).toHaveBeenCalledTimes(2))
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(reply).toHaveBeenCalledTimes(2)
    const [, , text] = reply.mock.calls[0] as [number, boolean, string]
    host.read(text.length)
    await vi.waitFor(() => expect(reply).toHaveBeenCalledTimes(3))
    host.close(undefined)
  })
  test('a call that takes too long fails, and its signal says so', async () => {
    let signal: AbortSignal | undefined
    const host = bridge(
      {
        slow(this: HostCallContext) {
          signal = this.signal
          return new Promise(() => {})
        },
      },
      { callTimeoutMs: 20 },
    )
    expect((await call(host, 'slow')).ok).toBe(false)
    expect(signal?.aborted).toBe(true)
  })
  test('after the end nothing is answered, and functions are told', async () => {
    let signal: AbortSignal | undefined
    let finish: (value: unknown) => void = () => {}
    const host = bridge({
      slow(this: HostCallContext) {
        signal = this.signal
        return new Promise((resolve) => {
          finish = resolve
        })
      },
    })
    const reply = vi.fn()
    host.call(1, 'slow', encoded(), reply)
    await vi.waitFor(() => expect(signal).toBeDefined())
    host.close(new Error('over'))
    finish(1)
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(signal?.aborted).toBe(true)
    expect(reply).not.toHaveBeenCalled()
  })
})
