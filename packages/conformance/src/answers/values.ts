import type { AnswerCase } from './answer.js'

interface ValueRow {
  name: string
  /** Makes the value in the guest. */
  source: string
  /** The same value in the host. */
  value: unknown
  /** True in the guest for what came in under `input`. */
  holds: string
}

const row = (name: string, source: string, value: unknown, holds: string): ValueRow => ({ name, source, value, holds })

const cycle: Record<string, unknown> = { name: 'a' }
cycle.self = cycle
const ring: unknown[] = [1]
ring.push({ ring })
const twice = { a: 1 }
const mapCycle = new Map<unknown, unknown>()
mapCycle.set('self', mapCycle)
const bytes = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8])
const holed: unknown[] = [1]
holed[3] = 4
const bare = Object.assign(Object.create(null) as object, { a: 1 })
const failure = Object.assign(new TypeError('bad', { cause: new Error('why') }), { code: 'E_BAD' })

/** Values that cross, out of the guest and into it. */
const ROWS: readonly ValueRow[] = [
  row('undefined', 'undefined', undefined, 'typeof input === "undefined"'),
  row('null', 'null', null, 'input === null'),
  row('true', 'true', true, 'input === true'),
  row('false', 'false', false, 'input === false'),
  row('zero', '0', 0, 'Object.is(input, 0)'),
  row('minus zero', '-0', -0, 'Object.is(input, -0)'),
  row('a fraction', '0.1', 0.1, 'input === 0.1'),
  row('a large number', '1e308', 1e308, 'input === 1e308'),
  row('the smallest number', '5e-324', 5e-324, 'input === 5e-324'),
  row('the largest safe integer', '9007199254740991', 9007199254740991, 'input === Number.MAX_SAFE_INTEGER'),
  row('NaN', 'NaN', NaN, 'Number.isNaN(input)'),
  row('Infinity', 'Infinity', Infinity, 'input === Infinity'),
  row('-Infinity', '-Infinity', -Infinity, 'input === -Infinity'),
  row('a bigint', '12345678901234567890n', 12345678901234567890n, 'input === 12345678901234567890n'),
  row('a negative bigint', '-(2n ** 70n)', -(2n ** 70n), 'input === -(2n ** 70n)'),
  row('zero as a bigint', '0n', 0n, 'input === 0n'),
  row('the empty string', '""', '', 'input === ""'),
  row('a string', '"häßlich \\u4e2d \\ud83d\\ude00"', 'häßlich 中 😀', 'input === "häßlich \\u4e2d \\ud83d\\ude00"'),
  row('a lone surrogate', '"a\\ud800b"', 'a\ud800b', 'input.charCodeAt(1) === 0xd800 && input.length === 3'),
  row('control characters', '"\\0\\n\\u2028\\u2029\\x7f"', '\0\n\u2028\u2029\x7f', 'input === "\\0\\n\\u2028\\u2029\\x7f"'),
  row('the empty object', '({})', {}, 'Object.getPrototypeOf(input) === Object.prototype && Object.keys(input).length === 0'),
  row(
    'an object',
    '({ a: 1, "b c": [true, null], d: { e: "f" } })',
    { a: 1, 'b c': [true, null], d: { e: 'f' } },
    'input.a === 1 && input["b c"][0] === true && input.d.e === "f"',
  ),
  row('the order of keys', '({ z: 1, a: 2, 10: 3, 9: 4 })', { z: 1, a: 2, 10: 3, 9: 4 }, 'Object.keys(input).join() === "9,10,z,a"'),
  row('a property that is undefined', '({ a: undefined })', { a: undefined }, '"a" in input && input.a === undefined'),
  row('minus zero within', '({ a: [-0] })', { a: [-0] }, 'Object.is(input.a[0], -0)'),
  row(
    'an object without a prototype',
    'Object.assign(Object.create(null), { a: 1 })',
    bare,
    'Object.getPrototypeOf(input) === null && input.a === 1',
  ),
  row(
    'an own key __proto__',
    `JSON.parse('{"__proto__":{"x":1}}')`,
    JSON.parse('{"__proto__":{"x":1}}'),
    'Object.hasOwn(input, "__proto__") && input.x === undefined && ({}).x === undefined',
  ),
  row(
    'keys constructor and toString',
    '({ constructor: 1, toString: 2 })',
    { constructor: 1, toString: 2 },
    'input.constructor === 1 && input.toString === 2',
  ),
  row('the empty array', '[]', [], 'Array.isArray(input) && input.length === 0'),
  row('nested arrays', '[[1], [[2]], []]', [[1], [[2]], []], 'Array.isArray(input[1][0]) && input[1][0][0] === 2'),
  row('an array with holes', 'const a = [1]; a[3] = 4; a', holed, 'input.length === 4 && !(1 in input) && input[3] === 4'),
  row('an array with undefined', '[undefined, 1]', [undefined, 1], '0 in input && input[0] === undefined'),
  row('a cycle', 'const o = { name: "a" }; o.self = o; o', cycle, 'input.self === input'),
  row('a cycle through an array', 'const r = [1]; r.push({ ring: r }); r', ring, 'input[1].ring === input'),
  row('one object twice', 'const o = { a: 1 }; [o, o]', [twice, twice], 'input[0] === input[1]'),
  row('a Date', 'new Date(1234567890123)', new Date(1234567890123), 'input instanceof Date && input.getTime() === 1234567890123'),
  row('an invalid Date', 'new Date(NaN)', new Date(NaN), 'input instanceof Date && Number.isNaN(input.getTime())'),
  row('a RegExp', '/a(b)?\\//gimsuy', /a(b)?\//gimsuy, 'input instanceof RegExp && input.flags === "gimsuy" && input.test("AB/")'),
  row(
    'a Map',
    'new Map([["a", 1], [{ k: 1 }, new Map()]])',
    new Map<unknown, unknown>([
      ['a', 1],
      [{ k: 1 }, new Map()],
    ]),
    'input instanceof Map && input.get("a") === 1 && [...input][1][1] instanceof Map',
  ),
  row('a Map in itself', 'const m = new Map(); m.set("self", m); m', mapCycle, 'input.get("self") === input'),
  row('a Set', 'new Set([1, "1", NaN, {}])', new Set([1, '1', NaN, {}]), 'input instanceof Set && input.size === 4 && input.has(NaN)'),
  row(
    'an ArrayBuffer',
    'new Uint8Array([1, 2, 3]).buffer',
    new Uint8Array([1, 2, 3]).buffer,
    'input instanceof ArrayBuffer && new Uint8Array(input).join() === "1,2,3"',
  ),
  row(
    'a Uint8Array',
    'new Uint8Array([0, 128, 255])',
    new Uint8Array([0, 128, 255]),
    'input instanceof Uint8Array && input.join() === "0,128,255"',
  ),
  row('an Int16Array', 'new Int16Array([-1, 300])', new Int16Array([-1, 300]), 'input instanceof Int16Array && input.join() === "-1,300"'),
  row(
    'a Uint32Array',
    'new Uint32Array([4294967295])',
    new Uint32Array([4294967295]),
    'input instanceof Uint32Array && input[0] === 4294967295',
  ),
  row(
    'a Float32Array',
    'new Float32Array([0.5, -0])',
    new Float32Array([0.5, -0]),
    'input instanceof Float32Array && Object.is(input[1], -0)',
  ),
  row(
    'a Float64Array',
    'new Float64Array([0.1, NaN])',
    new Float64Array([0.1, NaN]),
    'input instanceof Float64Array && input[0] === 0.1 && input[1] !== input[1]',
  ),
  row(
    'a Uint8ClampedArray',
    'new Uint8ClampedArray([300, 7])',
    new Uint8ClampedArray([300, 7]),
    'input instanceof Uint8ClampedArray && input.join() === "255,7"',
  ),
  row('a BigInt64Array', 'new BigInt64Array([-5n])', new BigInt64Array([-5n]), 'input instanceof BigInt64Array && input[0] === -5n'),
  row(
    'a DataView',
    'new DataView(new Uint8Array([1, 2, 3]).buffer, 1, 2)',
    new DataView(new Uint8Array([1, 2, 3]).buffer, 1, 2),
    'input instanceof DataView && input.byteLength === 2 && input.getUint8(0) === 2',
  ),
  row(
    'two views of one buffer',
    'const b = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]); [b.subarray(2, 4), new Uint16Array(b.buffer, 2, 1)]',
    [bytes.subarray(2, 4), new Uint16Array(bytes.buffer, 2, 1)],
    'input[0].buffer === input[1].buffer && input[0][0] === 3',
  ),
  row(
    'an Error',
    'new RangeError("x")',
    new RangeError('x'),
    'input instanceof RangeError && input.name === "RangeError" && input.message === "x"',
  ),
  row(
    'an Error with cause and properties',
    'Object.assign(new TypeError("bad", { cause: new Error("why") }), { code: "E_BAD" })',
    failure,
    'input instanceof TypeError && input.cause.message === "why" && input.code === "E_BAD"',
  ),
  row(
    'an AggregateError',
    'new AggregateError([new Error("a"), 1], "many")',
    new AggregateError([new Error('a'), 1], 'many'),
    'input.errors[0].message === "a" && input.errors[1] === 1 && input.message === "many"',
  ),
  row(
    'marks of codecs',
    '[undefined, ["u"], [0], { __isError: true }, { $type: "Date" }]',
    [undefined, ['u'], [0], { __isError: true }, { $type: 'Date' }],
    'input[1][0] === "u" && input[2][0] === 0 && input[3].__isError === true',
  ),
  row(
    'a class’s instance, as its data',
    'class P { constructor() { this.x = 1 } get y() { return 2 } } new P()',
    { x: 1 },
    'input.x === 1',
  ),
  row(
    'a value a hundred and fifty deep',
    'let d = "end"; for (let i = 0; i < 150; i++) d = [d]; d',
    nested(150),
    '(() => { let d = input, n = 0; while (Array.isArray(d)) { d = d[0]; n++ } return n === 150 && d === "end" })()',
  ),
]

function nested(depth: number): unknown {
  let value: unknown = 'end'
  for (let i = 0; i < depth; i++) value = [value]
  return value
}

const out = ROWS.map(({ name, source, value }): AnswerCase => ({ name: `out: ${name}`, source, gives: { value } }))
const into = ROWS.map(
  ({ name, value, holds }): AnswerCase => ({ name: `in: ${name}`, source: holds, request: { input: value }, gives: { value: true } }),
)
const through = ROWS.map(
  ({ name, value }): AnswerCase => ({
    name: `through a host function: ${name}`,
    source: 'return await echo(v)',
    request: { globals: { v: value }, hostFunctions: { echo: (x: unknown) => x } },
    needs: ['hostCalls'],
    gives: { value },
  }),
)

const cannot = (name: string, source: string, path: string): AnswerCase => ({
  name: `does not cross: ${name}`,
  source,
  gives: { code: 'BEDDEL_NOT_TRANSFERABLE', phase: 'result', path },
})

export const valueCases: readonly AnswerCase[] = [
  ...out,
  ...into,
  ...through,
  cannot('a function', '() => 1', 'result'),
  cannot('a function within', '({ a: [1, () => 1] })', 'result.a[1]'),
  cannot('a symbol', 'Symbol.iterator', 'result'),
  cannot('a symbol in a Map', 'new Map([["k", Symbol()]])', 'result.value(0)'),
  cannot('a WeakMap', '({ "a b": new WeakMap() })', 'result["a b"]'),
  cannot('a WeakRef', '[new WeakRef({})]', 'result[0]'),
  cannot('a promise within', '[Promise.resolve(1)]', 'result[0]'),
  cannot('a throwing proxy', '({ p: new Proxy({}, { getPrototypeOf() { throw 1 } }) })', 'result.p'),
  cannot('a throwing getter', '({ u: undefined, get g() { throw 1 } })', 'result'),
  {
    name: 'does not cross in: a function',
    source: '1',
    request: { input: { f: () => 1 } },
    gives: { code: 'BEDDEL_NOT_TRANSFERABLE', phase: 'admit', path: 'input.f' },
  },
  {
    name: 'does not cross in: a symbol',
    source: '1',
    request: { globals: { s: Symbol('x') } },
    gives: { code: 'BEDDEL_NOT_TRANSFERABLE', phase: 'admit', path: 'globals.s' },
  },
]
