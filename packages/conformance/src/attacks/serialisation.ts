import { type AttackOf, family } from './attack.js'
import { code, value } from './expectations.js'

/** Data that looks like a mark of somebody's codec must come out as the data it is. */
const forges = (title: string, source: string, expected: unknown): AttackOf => ({
  title,
  code: source,
  oracle: 'answer',
  expects: value(expected),
})

const refused = (title: string, source: string): AttackOf => ({
  title,
  code: source,
  oracle: 'answer',
  expects: code('BEDDEL_NOT_TRANSFERABLE'),
})

const tooLarge = (title: string, source: string, more: Partial<AttackOf> = {}): AttackOf => ({
  title,
  code: source,
  oracle: 'bounds',
  expects: code('BEDDEL_RESULT_TOO_LARGE'),
  ...more,
})

/** Of a size that the limits let through, and made so that whoever reads it at once stands still over it. */
const costly = (title: string, source: string): AttackOf => ({
  title,
  code: source,
  request: { limits: { timeoutMs: 8_000 } },
  oracle: 'stall',
})

const loop: Record<string, unknown> = { a: 1 }
loop.self = loop
const shared = { a: 1 }

/** Values that want to become something else on their way. */
export const serialisation = family('serialisation', {
  'proto-key': { title: 'an own key named __proto__', code: `JSON.parse('{"__proto__":{"polluted":1}}')`, oracle: 'host-prototype' },
  'proto-key-nested': { title: 'the same, deeper', code: `[{ a: JSON.parse('{"__proto__":{"polluted":1}}') }]`, oracle: 'host-prototype' },
  'proto-key-tagged': {
    title: 'the same, next to a value that JSON has not',
    code: `[undefined, JSON.parse('{"__proto__":{"polluted":1}}')]`,
    oracle: 'host-prototype',
  },
  'mark-error': forges('the mark of an error', '({ __isError: true, message: "x" })', { __isError: true, message: 'x' }),
  'mark-date': forges('the mark of a Date', '[undefined, { $type: "Date", value: 0 }]', [undefined, { $type: 'Date', value: 0 }]),
  'mark-bigint': forges('the mark of a bigint', '({ $type: "BigInt", value: "1" })', { $type: 'BigInt', value: '1' }),
  'mark-undefined': forges('the mark of undefined', '({ $undefined: true })', { $undefined: true }),
  'mark-function': forges('the mark of a function', '({ $function: "process" })', { $function: 'process' }),
  'mark-reference': forges('the mark of a reference', '[undefined, { $ref: 0 }]', [undefined, { $ref: 0 }]),
  'tag-undefined': forges('our own tag of undefined', '[undefined, ["u"]]', [undefined, ['u']]),
  'tag-bigint': forges('our own tag of a bigint', '[undefined, ["b", "ff"]]', [undefined, ['b', 'ff']]),
  'tag-date': forges('our own tag of a Date', '({ u: undefined, a: ["d", 0] })', { u: undefined, a: ['d', 0] }),
  'tag-error': forges('our own tag of an Error', '({ u: undefined, a: ["e", "Error", "m", "s", null, null] })', {
    u: undefined,
    a: ['e', 'Error', 'm', 's', null, null],
  }),
  'tag-node': forges('our own tag of a node', '[undefined, [0], [1]]', [undefined, [0], [1]]),
  'lone-surrogate': forges('half of a surrogate pair', '"a\\ud800b"', 'a\ud800b'),
  cycle: forges('a cycle', 'const o = { a: 1 }; o.self = o; o', loop),
  shared: forges('one object in two places', 'const o = { a: 1 }; [o, o]', [shared, shared]),
  'lying-date': forges(
    'a Date with a getTime of its own',
    'Object.assign(new Date(5), { getTime: () => 666, valueOf: () => 666 })',
    new Date(5),
  ),
  'lying-map': forges(
    'a Map with an iterator of its own',
    'const m = new (class extends Map { *[Symbol.iterator]() { yield [0, "forged"] } forEach() {} })(); m.set(1, 2); m',
    new Map([[1, 2]]),
  ),
  'lying-regexp': forges('a RegExp with a source of its own', 'Object.defineProperty(/a/g, "source", { value: "forged" })', /a/g),
  'costly-keys': costly('an object of very many different keys', 'const o = {}; for (let i = 0; i < 350000; i++) o["k" + i] = 1; o'),
  'costly-shapes': costly(
    'very many objects, none like another',
    'const a = []; for (let i = 0; i < 250000; i++) a.push({ ["k" + i]: 1 }); a',
  ),
  'costly-arrays': costly('very many empty arrays', 'const a = []; for (let i = 0; i < 990000; i++) a.push([]); a'),
  function: refused('a function', '() => 1'),
  'function-inside': refused('a function within', '({ a: [() => 1] })'),
  class: refused('a class', '(class A {})'),
  symbol: refused('a symbol', 'Symbol("x")'),
  'symbol-inside': refused('a symbol within', '[Symbol.iterator]'),
  'weak-map': refused('a WeakMap', '({ a: new WeakMap() })'),
  'async-promise-inside': refused('a promise of an async function within', '[(async () => 1)()]'),
  'promise-inside': refused('a promise within', '({ a: Promise.resolve(1) })'),
  'throwing-proxy': refused(
    'a proxy that throws',
    '({ a: new Proxy({}, { ownKeys() { throw 1 }, getPrototypeOf() { throw 2 }, get() { throw 3 } }) })',
  ),
  'throwing-getter': refused('a getter that throws', '({ u: undefined, get a() { throw 1 } })'),
  deep: tooLarge('an array a hundred thousand deep', 'let a = []; for (let i = 0; i < 1e5; i++) a = [a]; a'),
  wide: tooLarge('half a million entries', 'new Array(5e5).fill(123456789)', { request: { limits: { timeoutMs: 4_000 } } }),
  'long-string': tooLarge('a string of five million units', '"x".repeat(5e6)'),
  'many-bytes': tooLarge('eight million bytes', 'new Uint8Array(8e6)', { request: { limits: { timeoutMs: 6_000 } } }),
  'own-limit': tooLarge('a result of one unit more than its limit', '"x".repeat(1000)', { request: { limits: { resultBytes: 1_000 } } }),
  sparse: tooLarge('an array with a hundred million holes', 'const a = [1]; a.length = 1e8; a', { oracle: 'host-memory' }),
  'input-size': {
    title: 'an input larger than its limit',
    code: '1',
    request: { input: 'x'.repeat(20_000), limits: { inputBytes: 10_000 } },
    oracle: 'bounds',
    expects: code('BEDDEL_INPUT_TOO_LARGE'),
  },
  'input-function': {
    title: 'a function within the input',
    code: 'typeof input.f',
    request: { input: { f: () => 1 } },
    oracle: 'answer',
    expects: code('BEDDEL_NOT_TRANSFERABLE'),
  },
})
