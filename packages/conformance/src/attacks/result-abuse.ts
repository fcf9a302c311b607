import { type AttackOf, family } from './attack.js'
import { code, value } from './expectations.js'
import { REACH } from './guest.js'

/** A result whose reading runs code of the guest's, which looks for the host behind its receiver and arguments. */
const reads = (title: string, source: string, more: Partial<AttackOf> = {}): AttackOf => ({
  title,
  code: `${REACH}${source}`,
  oracle: 'env-secret',
  ...more,
})

const pollutes = (title: string, source: string): AttackOf => ({ title, code: source, oracle: 'host-prototype' })

const bounded = (title: string, source: string, more: Partial<AttackOf> = {}): AttackOf => ({
  title,
  code: source,
  request: { limits: { timeoutMs: 4_000 } },
  oracle: 'bounds',
  expects: code('BEDDEL_RESULT_TOO_LARGE'),
  ...more,
})

const gives = (title: string, source: string, expected: unknown): AttackOf => ({
  title,
  code: source,
  oracle: 'answer',
  expects: value(expected),
})

/** Results that run code, lie about themselves, or are far more than they look. */
export const resultAbuse = family('result-abuse', {
  getter: reads('a getter', 'return { get a() { return reach(this, arguments, up(arguments)) } }'),
  'getter-deep': reads('a getter deep inside', 'return [{ a: [{ get b() { return reach(this, up(arguments)) } }] }]'),
  'getter-index': reads(
    'a getter at an index of an array',
    'return Object.defineProperty([0], 0, { get() { return reach(this, up(arguments)) }, enumerable: true })',
  ),
  'getter-inherited': reads(
    'a getter that a class instance inherits',
    'class A { get toJSON() { return () => ({ found: reach(this) }) } } return new A()',
  ),
  'proxy-get': reads(
    'the get trap of a proxy',
    'return new Proxy({ a: 1 }, { get(target, key, receiver) { return key === "a" ? reach(receiver, up(arguments), target) : undefined } })',
  ),
  'proxy-own-keys': reads(
    'the ownKeys trap of a proxy',
    'return new Proxy({}, { ownKeys(target) { const found = reach(target, up(arguments)); target[found] = 1; return [found] }, getOwnPropertyDescriptor: (target, key) => Reflect.getOwnPropertyDescriptor(target, key) })',
  ),
  'proxy-descriptor': reads(
    'the getOwnPropertyDescriptor trap of a proxy',
    'let found; return new Proxy({ a: 1 }, { getOwnPropertyDescriptor(target, key) { found = reach(target, this); return Reflect.getOwnPropertyDescriptor(target, key) }, get: (_, key) => key === "a" ? found : undefined })',
  ),
  'proxy-prototype': reads(
    'the getPrototypeOf trap of a proxy',
    'let found; return new Proxy({ a: 1 }, { getPrototypeOf(target) { found = reach(target, this); return Object.prototype }, get: (_, key) => key === "a" ? found : undefined })',
  ),
  'proxy-of-array': reads(
    'the get trap of a proxy of an array',
    'return new Proxy([1], { get(target, key, receiver) { return key === "0" ? reach(receiver, up(arguments)) : Reflect.get(target, key) } })',
  ),
  'to-json': reads('a toJSON', 'return { toJSON(key) { return { found: reach(this, key, up(arguments)) } } }'),
  'to-json-inside': reads('a toJSON within', 'return { a: { toJSON() { return { found: reach(this, up(arguments)) } } } }'),
  'to-json-of-array': reads(
    'a toJSON on an array',
    'return { list: Object.assign(["x"], { toJSON() { return { found: reach(this, up(arguments)) } } }) }',
  ),
  thenable: reads(
    'a then that is asked more than once',
    'let n = 0; return { get then() { n++; return (resolve) => resolve({ found: reach(this, resolve, up(arguments)), n }) } }',
  ),
  'thenable-class': reads(
    'a subclass of Promise with a then of its own',
    'class P extends Promise { then(resolve, reject) { return super.then(() => resolve({ found: reach(resolve, reject) }), reject) } } return P.resolve(1)',
  ),
  'promise-species': reads(
    'the species of a promise',
    'let found = "nothing"; class P extends Promise { static get [Symbol.species]() { return function (run) { found = reach(run); return new Promise(run) } } } return P.resolve(1).then(() => ({ found: found === "nothing" ? reach(P) : found }))',
  ),
  'array-species': reads(
    'the species of an array',
    'let found = "nothing"; class A extends Array { static get [Symbol.species]() { return function (length) { found = reach(this, new.target); return [found] } } } return A.of("x")',
    { oracle: 'canary-file' },
  ),
  'array-slice': reads('a slice of the array’s own', 'return Object.assign(["x"], { slice() { return [reach(this, up(arguments))] } })', {
    oracle: 'canary-file',
  }),
  'array-iterator': reads(
    'an iterator of the Map’s own',
    'return Object.assign(new Map(), { *[Symbol.iterator]() { yield [1, reach(this)] } })',
  ),
  'error-message': reads(
    'the message of an Error as a getter',
    'return Object.defineProperty(new Error("x"), "message", { get() { return reach(this, up(arguments)) } })',
  ),
  'error-cause': reads(
    'the cause of an Error as a getter',
    'return Object.defineProperty(new Error("x"), "cause", { get() { return { found: reach(this, up(arguments)) } }, enumerable: true })',
  ),
  'constructor-key': pollutes('an own key constructor with a prototype', '({ constructor: { prototype: { polluted: 1 } } })'),
  'constructor-key-inside': pollutes('the same within an array', '[[{ constructor: { prototype: { polluted: 1 } } }]]'),
  'constructor-key-tagged': pollutes(
    'the same next to a value that JSON has not',
    '({ u: undefined, n: 1n, a: { constructor: { prototype: { polluted: 1 } } } })',
  ),
  'proto-defined': pollutes(
    'an own __proto__ by defineProperty',
    'Object.defineProperty({}, "__proto__", { value: { polluted: 1 }, enumerable: true })',
  ),
  'proto-in-class': pollutes('an own __proto__ of a class instance', 'class A { ["__proto__"] = { polluted: 1 } } [new A()]'),
  'proto-method': pollutes('an own key __proto__ that holds a key of the prototype', `JSON.parse('{"__proto__":{"toString":"forged"}}')`),
  'lying-bytes': gives(
    'a typed array that lies about its length and its buffer',
    'Object.defineProperties(new Uint8Array([1, 2, 3]), { length: { value: 1e9 }, byteLength: { value: 1 }, buffer: { value: new ArrayBuffer(1) } })',
    new Uint8Array([1, 2, 3]),
  ),
  'lying-error': gives(
    'an Error with a Symbol.toStringTag of a Date',
    'Object.defineProperty(new Map([["a", 1]]), Symbol.toStringTag, { value: "Date" }) && Object.assign(new Map([["a", 1]]), { entries: () => [["forged", 1]], forEach() {}, *[Symbol.iterator]() {} })',
    new Map([['a', 1]]),
  ),
  laughs: {
    title: 'one object in very many places, which is exponential for whoever copies it',
    code: 'let a = ["x"]; for (let i = 0; i < 26; i++) a = [a, a]; a',
    oracle: 'stall',
  },
  'endless-getter': bounded('an object that is one level deeper each time', 'const make = () => ({ get a() { return make() } }); make()'),
  'endless-proxy': bounded(
    'a proxy that holds itself anew',
    'const make = () => new Proxy({ a: 1 }, { get: (_, key) => key === "a" ? make() : undefined }); make()',
  ),
  'proxy-keys': bounded(
    'a proxy with a million keys',
    'new Proxy({}, { ownKeys: () => Array.from({ length: 1e6 }, (_, i) => "key" + i), getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }), get: (_, key) => typeof key === "symbol" || key === "then" ? undefined : 1 })',
    { expects: code('BEDDEL_RESULT_TOO_LARGE', 'BEDDEL_TIMEOUT', 'BEDDEL_NOT_TRANSFERABLE', 'BEDDEL_MEMORY_LIMIT') },
  ),
  'proxy-length': bounded(
    'a proxy of an array with a length of four billion',
    'new Proxy([], { get: (target, key) => key === "length" ? 2 ** 32 - 1 : typeof key === "symbol" ? target[key] : /^\\d+$/.test(key) ? 1 : target[key] })',
    { oracle: 'stall', expects: code('BEDDEL_RESULT_TOO_LARGE', 'BEDDEL_TIMEOUT', 'BEDDEL_NOT_TRANSFERABLE', 'BEDDEL_MEMORY_LIMIT') },
  ),
  'many-map-entries': bounded('a Map of very many entries', 'const m = new Map(); for (let i = 0; i < 3e5; i++) m.set(i, "some value"); m'),
  'many-set-entries': bounded(
    'a Set of very many entries',
    'const s = new Set(); for (let i = 0; i < 3e5; i++) s.add("some entry " + i); s',
  ),
  'long-key': bounded('a key of five million units', '({ ["k".repeat(5e6)]: 1 })'),
  'long-bigint': bounded('a bigint of twenty million bits', '1n << 20000000n', {
    expects: code('BEDDEL_RESULT_TOO_LARGE', 'BEDDEL_GUEST_THROWN'),
  }),
  'long-pattern': bounded('a regular expression of five million units', 'new RegExp("a".repeat(5e6))'),
  'deep-causes': bounded(
    'an Error with ten thousand causes',
    'let e = new Error("x"); for (let i = 0; i < 1e4; i++) e = new Error("x", { cause: e }); e',
  ),
  'escaped-text': bounded('text that grows sixfold when it is written', '"\\u0001".repeat(1e6)'),
})
