import { afterAll, describe, expect, test } from 'vitest'
import { disposeAll, executorIn, PLACEMENTS } from './executors.js'

afterAll(disposeAll)

const cycle: unknown[] = [1]
cycle.push(cycle)
const shared = { s: 1 }
const VALUES: [name: string, value: unknown][] = [
  ['plain', { a: [1, 'two', null, true], 'é\u2028\0': { b: {} } }],
  ['undefined', [undefined, { u: undefined }]],
  ['numbers', [Number.NaN, -0, Infinity, -Infinity, 2 ** 53, 5e-324]],
  ['bigint', [-(2n ** 100n), 0n]],
  ['date', [new Date(5), new Date(Number.NaN)]],
  ['regexp', /a(b)\/c/giu],
  [
    'map',
    new Map<unknown, unknown>([
      [1, new Map([['x', -0]])],
      [{}, undefined],
    ]),
  ],
  ['set', new Set([1, 'a', undefined])],
  ['typed arrays', [new Uint8Array([1, 255]), new Float64Array([-0, Number.NaN, 1.5]), new BigInt64Array([-1n])]],
  ['buffer', new Uint8Array([1, 2, 3]).buffer],
  ['lone surrogates', ['\ud800', 'a\udc00b', '\u{1f600}\ud83d']],
  ['sparse array', Object.assign([], { 0: 0, 2: 2 })],
  ['proto key', JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}')],
]

describe.each(PLACEMENTS)('%s', (placement) => {
  const executor = executorIn(placement)

  test.each(VALUES)('%s goes in and comes back', async (_name, value) => {
    const outcome = await executor.run('return input', { input: value })
    expect(outcome.error).toBeUndefined()
    expect(outcome.result).toStrictEqual(value)
  })

  test('cycles and shared references keep their shape', async () => {
    const back = (await executor.run('return input', { input: { cycle, a: shared, b: shared } })).result as Record<string, unknown[]>
    expect(back.cycle?.[1]).toBe(back.cycle)
    expect(back.a).toBe(back.b)
  })

  test('errors come with name, message and code', async () => {
    const { result } = await executor.run('Object.assign(new TypeError("m"), { code: "E_X" })')
    expect(result).toBeInstanceOf(Error)
    expect(result).toMatchObject({ name: 'TypeError', message: 'm', code: 'E_X' })
  })

  test('a guest’s intrinsics do not change how a value crosses', async () => {
    const source =
      'Map.prototype.forEach = Array.prototype.push = JSON.stringify = () => "forged"; Object.prototype.x = 1; return new Map([[1, { a: -0 }]])'
    expect((await executor.run(source)).result).toStrictEqual(new Map([[1, { a: -0 }]]))
  })
})
