import { type AttackOf, family } from './attack.js'
import { code } from './expectations.js'

const LIMITS = { memoryBytes: 32 * 1024 * 1024, timeoutMs: 1_200 }

/** All at once, in one built-in: where an engine has no way back and ends its process. */
const aborts = (title: string, source: string): AttackOf => ({
  title,
  // Again and again, so that also a host with much memory is filled.
  code: `const kept = []; for (let round = 0; ; round++) kept.push(${source})`,
  request: { limits: LIMITS },
  needs: ['memory'],
  oracle: 'host-memory',
  expects: code('BEDDEL_MEMORY_LIMIT', 'BEDDEL_TIMEOUT', 'BEDDEL_GUEST_THROWN', 'BEDDEL_STACK_LIMIT'),
})

/** Single steps that ask for more than there is. */
export const catastrophicMemory = family('catastrophic-memory', {
  'array-fill': aborts('fill of a hundred million elements', 'new Array(2 ** 27).fill(round)'),
  'array-map': aborts('map of fifty million holes that are none', 'new Array(5e7).fill().map((_, i) => "t" + i)'),
  'array-concat': aborts('concat that doubles', '(() => { let a = [round]; for (;;) a = a.concat(a) })()'),
  'array-entries': aborts('Object.entries of ten million elements', 'Object.entries(new Array(1e7).fill(round))'),
  'array-of-characters': aborts('the characters of a long text', 'Array.from("x".repeat(5e7))'),
  'spread-text': aborts('a spread text', '[..."ab".repeat(5e7)]'),
  'split-text': aborts('split of a quarter of a billion units', '"a".repeat(2 ** 28).split("")'),
  'text-join': aborts('join of twenty million texts', 'new Array(2e7).fill("ab" + round).join()'),
  'text-replace': aborts('replace that grows', '"x".repeat(1e8).replace(/x/g, "yyy")'),
  'text-matches': aborts('all matches in a long text', '"x".repeat(1e8).match(/x/g)'),
  'text-pad': aborts('padding to half a billion units', '"".padEnd(2 ** 29 - 100, "ab" + round).toUpperCase()'),
  'text-from-codes': aborts(
    'a text of all codes, again and again',
    'Array.from({ length: 1e6 }, (_, i) => String.fromCharCode(i & 0xffff).repeat(500)).join("")',
  ),
  'json-text': aborts('JSON.stringify of ten million texts', 'JSON.stringify(new Array(1e7).fill("xxxxxxxxxxxxxxxx" + round))'),
  'json-parse': aborts('JSON.parse of sixty million units', 'JSON.parse("[" + "[1],".repeat(15e6) + "1]")'),
  'map-from': aborts('a Map of ten million entries', 'new Map(Array.from({ length: 1e7 }, (_, i) => [i, {}]))'),
  'set-limit': aborts('a Set at the end of its table', '(() => { const s = new Set(); for (let i = 0; ; i++) s.add(i + 0.5) })()'),
  'object-group': aborts('objects with ten million keys', 'Object.fromEntries(Array.from({ length: 1e7 }, (_, i) => ["k" + i, i]))'),
  'typed-from': aborts('a typed array of fifty million numbers', 'Float64Array.from({ length: 5e7 }, (_, i) => i)'),
  'typed-many': aborts('a gigabyte of bytes', 'new Uint8Array(2 ** 30 - 8).fill(round)'),
  'buffer-resizable': aborts(
    'a buffer that may grow to eight gigabytes',
    '(() => { const b = new ArrayBuffer(8, { maxByteLength: 2 ** 33 }); for (let n = 2 ** 24; ; n *= 2) { b.resize?.(n); new Uint8Array(b).fill(1) } })()',
  ),
  'buffer-transfer': aborts(
    'a buffer that is moved into a larger one',
    '(() => { let b = new ArrayBuffer(2 ** 24); for (let n = 2 ** 25; ; n *= 2) { b = b.transfer?.(n) ?? new ArrayBuffer(n); new Uint8Array(b).fill(1) } })()',
  ),
  'bigint-shift': aborts('bigints of a hundred million bits', '1n << (100000000n + BigInt(round))'),
  'arguments-apply': aborts(
    'a call with very many arguments',
    'Array.prototype.concat.apply([], new Array(1e5).fill(new Array(1000).fill(round)))',
  ),
  'flat-map': aborts('flatMap that grows', 'Array.from({ length: 1e6 }, (_, i) => i).flatMap((x) => [x, x, x, x, x, x, x, x, x, x])'),
  'to-sorted': aborts('copies of a long array', 'Array.from({ length: 5e6 }, (_, i) => i + 0.5).toReversed()'),
  'deep-closures': aborts(
    'a recursion whose levels all keep an array',
    '(function f(n) { const big = new Array(2e4).fill(n); try { return f(n + 1) + big.length } catch { return [big] } })(0)',
  ),
})
