import { describe, expect, test } from 'vitest'
import { decode, encode } from '../dist/engine.js'

const LIMIT = 4 * 1024 * 1024

function roundTrip<T>(value: T): T {
  const { text, problem } = encode(value, LIMIT, 'value')
  expect(problem).toBeUndefined()
  const decoded = decode(text as string)
  expect(decoded.ok).toBe(true)
  return (decoded as { value: T }).value
}

const problemOf = (value: unknown, limit = LIMIT) => encode(value, limit, 'value').problem

const buffer = Uint8Array.from({ length: 300 }, (_, i) => i).buffer

describe('round trip', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['booleans', [true, false]],
    ['numbers', [0, 1, -1, 0.1, 5e-324, 1.7976931348623157e308, 2 ** 53]],
    ['NaN and infinities', [NaN, Infinity, -Infinity]],
    ['-0', [-0, { zero: -0 }]],
    ['bigints', [0n, -1n, 2n ** 200n, -(2n ** 64n)]],
    ['strings', ['', 'a', '"\\', '\u2028\u2029', '\0', '😀']],
    ['lone surrogates', ['\ud800', 'a\udc00b', { '\udfff': '\ud800' }]],
    ['strings that look like tags', ['u', '1t[["u"]]', ['u'], ['b', 'ff'], [['n']], [0], ['a', 1]]],
    ['objects', { a: { b: [{ c: null }] }, '': 1, 'a.b': 2, constructor: 3, toString: 4 }],
    ['undefined inside', [{ a: undefined }, [undefined]]],
    ['dates', [new Date(0), new Date(-1), new Date(8.64e15)]],
    ['regular expressions', [/a\/b[\]]/giu, /(?<x>y)/dsv, new RegExp('')]],
    [
      'maps',
      new Map<unknown, unknown>([
        [1, 'a'],
        [{ k: 1 }, new Map([[NaN, -0]])],
      ]),
    ],
    ['sets', new Set([1, 'a', null, new Set([2])])],
    ['array buffers', [buffer, new ArrayBuffer(0)]],
    [
      'typed arrays',
      [new Uint8Array(buffer, 8, 16), new Float64Array([1.5, NaN, -0]), new BigInt64Array([-1n]), new Uint8ClampedArray([300])],
    ],
    ['data views', new DataView(buffer, 4, 8)],
    ['holes', [[, 1, , 2], Array(5), [undefined, ,]]],
    ['deep', JSON.parse('['.repeat(199) + ']'.repeat(199))],
  ])('%s', (_name, value) => {
    expect(roundTrip(value)).toStrictEqual(value)
    // On every engine the text is the same again: what was decoded says all that was encoded.
    expect(encode(roundTrip(value), LIMIT, 'value').text).toBe(encode(value, LIMIT, 'value').text)
  })

  test('an invalid date', () => expect(roundTrip(new Date(NaN)).getTime()).toBeNaN())
  test('holes stay holes', () => expect(Object.keys(roundTrip([, 1, ,]))).toEqual(['1']))
  test('null prototype', () => {
    const value = Object.assign(Object.create(null), { a: undefined })
    expect(Object.getPrototypeOf(roundTrip(value))).toBeNull()
  })
  test('plain JSON takes the fast way', () => expect(encode({ a: [1, 'x'] }, LIMIT, 'v').text).toBe('1j{"a":[1,"x"]}'))
  test('regular expressions start anew', () => {
    const used = /a/g
    used.exec('aa')
    expect(roundTrip(used).lastIndex).toBe(0)
  })

  test('cycles and shared references', () => {
    interface Node {
      self?: Node
      list: unknown[]
      map?: Map<unknown, unknown>
    }
    const shared = { n: 1 }
    const node: Node = { list: [shared, shared] }
    node.self = node
    node.map = new Map([[node, node.list]])
    const back = roundTrip(node)
    expect(back.self).toBe(back)
    expect(back.list[0]).toBe(back.list[1])
    expect(back.map?.get(back)).toBe(back.list)
  })
  test('views of one buffer still share it', () => {
    const [a, b] = roundTrip([new Uint8Array(buffer), new DataView(buffer)] as const)
    expect(a.buffer).toBe(b.buffer)
  })

  test('of the host’s buffers only what its views show goes to the guest', () => {
    const secret = Buffer.from('a secret of the host')
    const pooled = Buffer.from('for the guest')
    expect(pooled.buffer).toBe(secret.buffer)
    const words = new Uint16Array(new ArrayBuffer(64), 10, 3).fill(7)
    const { text } = encode([pooled, new DataView(pooled.buffer, pooled.byteOffset + 4, 3), words], 1e6, 'value', false)
    const { value } = decode(text as string) as unknown as { value: [Uint8Array, DataView, Uint16Array] }
    const [bytes, view, numbers] = value
    expect(Buffer.from(bytes).toString()).toBe('for the guest')
    expect([view.buffer === bytes.buffer, view.byteOffset - bytes.byteOffset]).toEqual([true, 4])
    expect([...numbers]).toEqual([7, 7, 7])
    expect(value.map(({ buffer }) => buffer.byteLength <= 21)).toEqual([true, true, true])
    expect(Buffer.from(bytes.buffer).toString()).not.toContain('secret')
  })
  test('what lies between two views of one buffer stays with the host', () => {
    const all = new TextEncoder().encode('yours, mine, yours')
    const { text } = encode([all.subarray(0, 5), all.subarray(13)], 1e6, 'value', false)
    const { value } = decode(text as string) as unknown as { value: Uint8Array[] }
    expect(Buffer.from(value[0]?.buffer as ArrayBuffer).toString()).toBe('yours\0\0\0\0\0\0\0\0yours')
  })
  test('a buffer that is in the value itself is meant whole', () => {
    const whole = new Uint8Array([1, 2, 3, 4])
    const { text } = encode([whole.subarray(1, 2), whole.buffer], 1e6, 'value', false)
    const { value } = decode(text as string) as unknown as { value: [Uint8Array, ArrayBuffer] }
    expect([value[0].buffer === value[1], [...value[0]], value[1].byteLength]).toEqual([true, [2], 4])
  })

  test.each([Error, TypeError, RangeError, SyntaxError, EvalError, ReferenceError, URIError])('%o', (ctor) => {
    expect(roundTrip(new ctor('message', { cause: null }))).toHaveProperty('cause', null)
    const error = Object.assign(new ctor('message', { cause: [1n] }), { code: 'E', extra: { x: NaN } })
    const back = roundTrip(error)
    expect(Object.getPrototypeOf(back)).toBe(ctor.prototype)
    expect(back).toMatchObject({ name: error.name, message: 'message', code: 'E', extra: { x: NaN }, stack: error.stack })
    expect(back.cause).toEqual([1n])
    expect(Object.keys(back)).toEqual(['code', 'extra'])
  })
  test('an AggregateError keeps its errors, a custom name its name', () => {
    const back = roundTrip(new AggregateError([new TypeError('inner')], 'outer'))
    expect(back.name).toBe('AggregateError')
    expect(back.errors[0]).toBeInstanceOf(TypeError)
    class Custom extends Error {
      override name = 'Custom'
    }
    expect(roundTrip(new Custom('x'))).toMatchObject({ name: 'Custom', message: 'x' })
  })
  test('an instance of a class arrives as its own data', () => {
    class Point {
      x = 1
      get double() {
        return this.x * 2
      }
    }
    expect(roundTrip(new Point())).toStrictEqual({ x: 1 })
  })
})

describe('__proto__ is a key like others', () => {
  const hostile = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as object

  test.each([
    ['fast way', hostile],
    ['tagged way', Object.assign(JSON.parse('{"__proto__":{"polluted":true}}'), { more: undefined })],
    ['inside an error', Object.defineProperty(new Error('x'), '__proto__', { value: { polluted: true }, enumerable: true })],
  ])('%s', (_name, value) => {
    const back = roundTrip(value)
    expect(Object.hasOwn(back, '__proto__')).toBe(true)
    expect(Object.getPrototypeOf(back)).toBe(Object.getPrototypeOf(value) === Error.prototype ? Error.prototype : Object.prototype)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    expect(Object.getOwnPropertyDescriptor(back, '__proto__')).toMatchObject({ writable: true, enumerable: true, configurable: true })
  })

  test('a setter on a prototype is not called', () => {
    const called: unknown[] = []
    const set = (value: unknown): void => {
      called.push(value)
    }
    Object.defineProperty(Object.prototype, 'planted', { set, configurable: true })
    try {
      const back = decode('1t[[0],["o","planted",1]]') as { value: { planted?: number } }
      expect(Object.getOwnPropertyDescriptor(back.value, 'planted')?.value).toBe(1)
      expect(called).toEqual([])
    } finally {
      delete (Object.prototype as { planted?: unknown }).planted
    }
  })
})

describe('what does not cross is named with its path', () => {
  class Boxed extends Number {}
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  test.each<[string, unknown, string]>([
    ['a function', { a: [() => 1] }, 'value.a[0]'],
    ['a symbol', new Map([['k', Symbol('s')]]), 'value.value(0)'],
    ['a promise', { p: Promise.resolve() }, 'value.p'],
    ['a WeakMap', new Set([new WeakMap()]), 'value.item(0)'],
    ['a WeakRef', [new WeakRef({})], 'value[0]'],
    ['shared memory', [new Uint8Array(new SharedArrayBuffer(8))], 'value[0]'],
    ['a boxed number', { n: new Number(5) }, 'value.n'],
    ['a boxed string', { n: new String('s') }, 'value.n'],
    ['a boxed bigint', [Object(1n)], 'value[0]'],
    ['a subclass of a box', [new Boxed(1)], 'value[0]'],
    ['a key with a dot', { 'a.b': () => 1 }, 'value["a.b"]'],
  ])('%s', (_name, value, path) => expect(problemOf(value)).toMatchObject({ kind: 'type', path }))

  test.each<[string, unknown]>([
    [
      'a getter that throws',
      {
        get x(): never {
          throw new Error('mine')
        },
      },
    ],
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          ownKeys() {
            throw new Error('mine')
          },
        },
      ),
    ],
    ['a revoked proxy', [proxy]],
    ['a toJSON that is a function', { toJSON: () => 1 }],
  ])('%s is no throw of ours', (_name, value) => expect(problemOf(value)?.kind).toBe('type'))

  test('a toJSON on a prototype is not asked', () => {
    Object.defineProperty(Object.prototype, 'toJSON', { value: () => 'forged', configurable: true })
    try {
      expect(roundTrip({ a: 1 })).toStrictEqual({ a: 1 })
    } finally {
      delete (Object.prototype as { toJSON?: unknown }).toJSON
    }
  })
})

describe('sizes', () => {
  test('depth', () => {
    const nested = (depth: number, leaf: unknown): unknown => {
      let value = leaf
      for (let i = 0; i < depth; i++) value = [value]
      return value
    }
    expect(problemOf(nested(200, 1))).toBeUndefined()
    expect(problemOf(nested(250, 1))).toMatchObject({ kind: 'size', what: 'nested more than 200 deep' })
    expect(problemOf(nested(100_000, 1))).toMatchObject({ kind: 'size' })
  })
  test('characters', () => {
    expect(problemOf('x'.repeat(96), 100)).toBeUndefined()
    expect(problemOf('x'.repeat(97), 100)).toMatchObject({ kind: 'size', path: 'value' })
  })
  test('entries', () => expect(problemOf(Array.from({ length: 1_000_001 }, () => undefined))).toMatchObject({ kind: 'size' }))
  test('objects and arrays, where the value is a guest’s', () => {
    const arrays = (length: number): unknown[] => Array.from({ length: length - 1 }, () => [])
    expect(problemOf(arrays(500_000), 1e8)).toBeUndefined()
    expect(problemOf(arrays(500_001), 1e8)).toEqual({ kind: 'size', path: 'value[499999]', what: 'more than 500000 objects and arrays' })
    expect(encode(arrays(500_001), 1e8, 'input', false).text).toMatch(/^1j/)
  })
  describe('different keys, where the value is a guest’s', () => {
    const wide = (keys: number): object => Object.fromEntries(Array.from({ length: keys }, (_, i) => [`k${i}`, 1]))
    const rows = (length: number, unlike: number): object[] => Array.from({ length }, (_, i) => ({ [`k${i % unlike}`]: 1 }))
    test.each([
      ['in one object', wide(150_000), [wide(150_001)], 'value[0]'],
      ['in many objects', rows(150_000, 150_000), rows(150_001, 150_001), 'value[150000]'],
      ['in a value that is not plain', [undefined, ...rows(150_000, 150_000)], [undefined, ...rows(150_001, 150_001)], 'value[150001]'],
    ])('%s', (_where, most, tooMany, path) => {
      expect(problemOf(most, 1e8)).toBeUndefined()
      expect(problemOf(tooMany, 1e8)).toEqual({ kind: 'size', path, what: 'more than 150000 different keys' })
      const ofHost = encode(tooMany, 1e8, 'input', false)
      expect(decode(ofHost.text ?? '')).toEqual({ ok: true, value: tooMany })
    })
    test('the same ones again do not count', () => expect(problemOf(rows(300_000, 3), 1e8)).toBeUndefined())
  })
  test('arrays with holes, all together', () => {
    const sparse = (length: number): unknown[] => Object.assign([], { length })
    expect(problemOf(sparse(1_000_000))).toBeUndefined()
    expect(problemOf(sparse(2 ** 32 - 1))).toMatchObject({ kind: 'size' })
    expect(problemOf([sparse(600_000), sparse(600_000)])).toMatchObject({ kind: 'size', path: 'value[1]' })
    expect(decode('1t[["a"]]').ok).toBe(false)
    expect(decode('1t[[0],["a",[1],[2]],["s",600000],["s",600000]]').ok).toBe(false)
  })
})

test('a path to a place far down is shown without its middle', () => {
  let deep: unknown = () => 1
  for (let i = 0; i < 150; i++) deep = { property: deep }
  const { problem } = encode(deep, 1_000_000, 'result')
  expect(problem).toMatchObject({ kind: 'type' })
  expect(problem?.path.length).toBeLessThan(100)
  expect(problem?.path).toMatch(/^result\.property\.property.*….*\.property/)
})
