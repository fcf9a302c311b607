import { type AttackOf, family } from './attack.js'
import { code } from './expectations.js'

const LIMITS = { timeoutMs: 400 }

/** A built-in that takes for ever, or a moment that is repeated for ever. Some engines refuse its size instead. */
const stalls = (title: string, source: string, more: Partial<AttackOf> = {}): AttackOf => ({
  title,
  code: source,
  request: { limits: LIMITS },
  oracle: 'stall',
  expects: code('BEDDEL_TIMEOUT', 'BEDDEL_GUEST_THROWN', 'BEDDEL_MEMORY_LIMIT', 'BEDDEL_STACK_LIMIT'),
  ...more,
})
const backtracks = (title: string, pattern: string, text: string): AttackOf =>
  stalls(title, `${pattern}.test(${text})`, { expects: code('BEDDEL_TIMEOUT', 'BEDDEL_GUEST_THROWN') })
const HUGE = '{ length: 2 ** 53 - 1 }'
/** A method of Array on an object that says it is endless. */
const overHuge = (method: string, ...args: string[]): AttackOf =>
  stalls(`Array.prototype.${method} over an endless array-like`, `Array.prototype.${method}.call(${[HUGE, ...args].join(', ')})`)

/** Regular expressions and built-ins between whose steps no engine looks at its clock, or only seldom. */
export const builtInStalls = family('built-in-stalls', {
  'regexp-stars': backtracks('a star of a star', '/^(a*)*$/', '"a".repeat(40) + "!"'),
  'regexp-alternatives': backtracks('alternatives that are the same', '/^(a|a)*$/', '"a".repeat(40) + "!"'),
  'regexp-overlap': backtracks('alternatives that overlap', '/^(\\w+\\s?)*$/', '"word ".repeat(20) + "!"'),
  'regexp-lookahead': backtracks('a look ahead', '/^(?=(a+)+$)a/', '"a".repeat(40) + "!"'),
  'regexp-reference': backtracks('references back', '/^(a+)+\\1+$/', '"a".repeat(35) + "!"'),
  'regexp-unicode': backtracks('a star of a star of a class', '/^([\\p{L}]+)+$/u', '"ä".repeat(40) + "!"'),
  'regexp-ignore-case': backtracks('a star of a star, whatever the case', '/^([a-z]+)+$/i', '"A".repeat(40) + "!"'),
  'regexp-named': backtracks('named groups', '/^(?<x>(?<y>a+)+)+$/', '"a".repeat(40) + "!"'),
  'regexp-dots': backtracks('dots', '/(.*)*(.*)*(.*)*x/', '"a".repeat(40)'),
  'regexp-counted': backtracks('counted repeats', '/^(a{1,30}){1,30}$/', '"a".repeat(35) + "!"'),
  'regexp-split': stalls('split by such an expression', '("a".repeat(40) + "!").split(/(a+)+b/)'),
  'regexp-replace-all': stalls('replaceAll by such an expression', '("a".repeat(40) + "!").replaceAll(/(a+)+b/g, "")'),
  'regexp-match-all': stalls('matchAll by such an expression', '[...("a".repeat(40) + "!").matchAll(/(a+)+b/g)]'),
  'regexp-search': stalls('search by such an expression', 'for (;;) ("a".repeat(28) + "!").search(/(a+)+b/)'),
  'regexp-compile': stalls(
    'the compiling of expressions',
    'for (let i = 0; ; i++) new RegExp("[\\\\p{L}\\\\p{N}]{" + (i % 50) + "}".repeat(1), "u").test("x")',
  ),
  'array-copy-within': overHuge('copyWithin', '0', '1'),
  'array-includes': overHuge('includes', '7'),
  'array-last-index-of': overHuge('lastIndexOf', '7'),
  'array-find-last': overHuge('findLast', '() => false'),
  'array-shift': stalls('Array.prototype.shift over an endless array-like', `Array.prototype.shift.call({ length: 2 ** 53 - 1, 1: 1 })`),
  'array-unshift': stalls('Array.prototype.unshift over a long array-like', 'Array.prototype.unshift.call({ length: 2 ** 53 - 3 }, 1)'),
  'array-splice': stalls('Array.prototype.splice over an endless array-like', 'Array.prototype.splice.call({ length: 2 ** 53 - 2 }, 0, 1)'),
  'array-some': overHuge('some', '() => false'),
  'array-reduce-right': overHuge('reduceRight', '() => 0', '0'),
  'array-for-each': overHuge('forEach', '() => 0'),
  'array-sort': stalls(
    'sorts of what is sorted backwards',
    'const a = Array.from({ length: 2e5 }, (_, i) => -i); for (;;) a.toSorted((x, y) => String(x) < String(y) ? 1 : -1)',
  ),
  'array-flat': stalls('flat without an end', 'const a = []; a.push(a); for (;;) a.flat(20)'),
  'array-from-endless': stalls(
    'Array.from of an endless iterator',
    'Array.from({ *[Symbol.iterator]() { for (;;) yield }, length: 1 }, () => undefined).length',
    { request: { limits: { ...LIMITS, memoryBytes: 64 * 1024 * 1024 } }, needs: ['memory'] },
  ),
  'typed-fill': stalls('fill of typed arrays', 'const a = new Uint8Array(2 ** 22); for (;;) a.fill(1)'),
  'typed-index-of': stalls('indexOf of typed arrays', 'const a = new Float64Array(2 ** 20); for (;;) a.indexOf(1)'),
  'typed-reverse': stalls('reverse of typed arrays', 'const a = new Uint8Array(2 ** 22); for (;;) a.reverse()'),
  'typed-set': stalls(
    'set of typed arrays of another kind',
    'const a = new Float64Array(2 ** 20), b = new Uint8Array(2 ** 20); for (;;) b.set(a)',
  ),
  'string-repeat': stalls('texts that are repeated and flattened', 'for (;;) "ab".repeat(2 ** 20).toUpperCase()'),
  'string-normalize': stalls('normalize of a long text', 'const s = "a\\u0301\\u0302".repeat(1e5); for (;;) s.normalize("NFC")'),
  'string-index-of': stalls(
    'indexOf of a needle that nearly fits everywhere',
    'const s = "a".repeat(2e5), n = "a".repeat(1e5) + "b"; for (;;) s.indexOf(n)',
  ),
  'string-locale': stalls(
    'localeCompare of long texts',
    'const a = "ä".repeat(1e5), b = "ä".repeat(1e5) + "b"; for (;;) a.localeCompare(b)',
  ),
  'string-pad': stalls('padding', 'for (;;) "".padStart(2 ** 20, "abc").padEnd(2 ** 21, "def").at(-1)'),
  'string-replace-dollar': stalls(
    'replacements that hold the whole text',
    'const s = "a".repeat(2e4); for (;;) s.replace(/a/g, "$`").length',
    { request: { limits: { ...LIMITS, memoryBytes: 64 * 1024 * 1024 } }, needs: ['memory'] },
  ),
  'decode-uri': stalls('decodeURIComponent of a long text', 'const s = "%C3%A4".repeat(2e5); for (;;) decodeURIComponent(s)'),
  'escape-uri': stalls('encodeURIComponent of a long text', 'const s = "ä".repeat(4e5); for (;;) encodeURIComponent(s)'),
  'number-text': stalls('numbers in another base', 'for (;;) (2 ** 1023).toString(3) + (1e-300).toString(7)'),
  'bigint-parse': stalls('a bigint of a million digits, from text', 'const s = "9".repeat(300000); for (;;) BigInt(s)'),
  'bigint-divide': stalls('division of bigints', 'const a = 3n ** 200000n, b = 7n ** 70000n; for (;;) a / b'),
  'bigint-modulo': stalls('powers of bigints', 'let a = 3n; for (;;) a = a ** 3n % (2n ** 500000n)'),
  'json-stringify': stalls(
    'JSON.stringify with an indent',
    'const a = Array.from({ length: 1e5 }, (_, i) => ({ i })); for (;;) JSON.stringify(a, null, 10)',
    { request: { limits: { ...LIMITS, memoryBytes: 128 * 1024 * 1024 } }, needs: ['memory'] },
  ),
  'json-reviver': stalls('JSON.parse with a reviver that never returns', 'JSON.parse("[1]", () => { for (;;); })'),
  'object-assign': stalls(
    'copies of objects with very many keys',
    'const o = {}; for (let i = 0; i < 1e5; i++) o["k" + i] = i; for (;;) Object.assign({}, o)',
  ),
  'object-keys': stalls('keys of a long array', 'const a = new Array(1e6).fill(1); for (;;) Object.keys(a).length'),
  'prototype-chain': stalls(
    'a look through a long chain of prototypes',
    'let o = {}; for (let i = 0; i < 1e5; i++) o = Object.create(o); for (;;) o.missing',
  ),
  'proxy-chain': stalls(
    'a proxy whose prototype is itself',
    'const p = new Proxy({}, { getPrototypeOf: () => p, get: () => { for (;;); } }); p.x',
  ),
  'spread-endless': stalls('a spread of an endless iterator', 'Math.max(...{ *[Symbol.iterator]() { for (;;) yield 1 } })', {
    request: { limits: { ...LIMITS, memoryBytes: 64 * 1024 * 1024 } },
    needs: ['memory'],
  }),
  'set-endless': stalls('a Set of an endless iterator', 'new Set({ *[Symbol.iterator]() { for (;;) yield 1 } })'),
  'from-entries-endless': stalls(
    'Object.fromEntries of an endless iterator',
    'Object.fromEntries({ *[Symbol.iterator]() { for (;;) yield ["a", 1] } })',
  ),
  'promise-all-endless': stalls(
    'Promise.all of an endless iterator',
    'return await Promise.all({ *[Symbol.iterator]() { for (;;) yield 1 } })',
    { request: { limits: { ...LIMITS, memoryBytes: 64 * 1024 * 1024 } }, needs: ['memory'] },
  ),
  'iterator-helper': stalls(
    'drop of an endless iterator',
    '(function* () { for (;;) yield 1 })().drop?.(Infinity).next() ?? (() => { for (;;); })()',
  ),
  'yield-star': stalls('a generator that gives on to itself', 'function* g() { for (;;) yield* [1] } for (const _ of g());'),
  'raw-template': stalls('String.raw of an endless template', 'String.raw({ raw: { length: 2 ** 53 - 1 } })'),
  'date-parse': stalls('dates', 'for (;;) new Date("Sat Nov 21 2026 12:00:00").toLocaleString()'),
  'label-loop': stalls('a loop that is only jumps', 'a: for (;;) { b: for (;;) { continue a } }'),
  'eval-like-getter': stalls(
    'a getter that calls itself anew by a microtask',
    'const o = { get a() { return Promise.resolve().then(() => o.a) } }; return await o.a',
  ),
})
