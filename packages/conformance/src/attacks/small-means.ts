import { type AttackOf, family } from './attack.js'
import { code } from './expectations.js'

const LIMITS = { memoryBytes: 32 * 1024 * 1024, timeoutMs: 1_200 }

/** A little at a time, again and again: each piece is far below any bound of its own. */
const collects = (title: string, piece: string, more: Partial<AttackOf> = {}): AttackOf => ({
  title,
  code: `const a = []; for (let i = 0; ; i++) a.push(${piece})`,
  request: { limits: LIMITS },
  needs: ['memory'],
  oracle: 'host-memory',
  expects: code('BEDDEL_MEMORY_LIMIT', 'BEDDEL_TIMEOUT', 'BEDDEL_GUEST_THROWN', 'BEDDEL_STACK_LIMIT'),
  ...more,
})
const grows = (title: string, source: string, more: Partial<AttackOf> = {}): AttackOf => ({ ...collects(title, ''), code: source, ...more })

/** Memory by many small means, most of which are not on the heap that engines count first. */
export const smallMeans = family('small-means', {
  'bound-functions': collects('bound functions', '(() => i).bind(null, i, i, i, i, i, i, i, i)'),
  dates: collects('Dates', 'new Date(i)'),
  'regular-expressions': collects('regular expressions', 'new RegExp("a" + i)'),
  'one-byte-buffers': collects('buffers of one byte', 'new Uint8Array(1)'),
  views: collects('views of one buffer', 'new DataView(new ArrayBuffer(8))'),
  iterators: collects('iterators', '[i][Symbol.iterator]()'),
  'matches-of-slices': collects('slices that keep their whole text', '("x" + i).repeat(2000).slice(1, 30)'),
  'registered-symbols': grows('symbols of the registry', 'for (let i = 0; ; i++) Symbol.for("a rather long name of a symbol " + i)'),
  'weak-refs': collects('weak references to what is kept', 'new WeakRef({ i, pad: [i, i, i, i] }).deref()'),
  'registry-cells': grows(
    'cells of a FinalizationRegistry',
    'const r = new FinalizationRegistry(() => {}), keep = []; for (let i = 0; ; i++) { const o = { i }; keep.push(o); r.register(o, { i }, o) }',
  ),
  'private-fields': collects('instances with private fields', 'new (class { #a = [i, i]; #b = { i }; get() { return this.#a } })()'),
  'frozen-objects': collects('frozen objects', 'Object.freeze({ ["k" + i]: i })'),
  accessors: collects('objects with accessors', '({ get a() { return i }, set a(v) {} })'),
  'sparse-arrays': grows(
    'an array with one element in a thousand',
    'const a = []; for (let i = 0; ; i++) a[i * 1000] = new Array(200).fill(i)',
  ),
  'array-holes': collects('long arrays of holes', 'new Array(30000)'),
  'arguments-objects': grows(
    'arguments objects',
    'const a = []; function f() { a.push(arguments) } for (let i = 0; ; i++) f(i, i, i, i, i, i, i, i)',
  ),
  'pending-awaits': grows(
    'awaits of what never comes',
    'const f = async (n) => { const pad = [n, n, n]; await new Promise(() => {}); return pad }; const a = []; for (let i = 0; ; i++) a.push(f(i))',
  ),
  'promise-reactions': grows('reactions of one promise', 'const p = new Promise(() => {}); for (let i = 0; ; i++) p.then(() => [i])'),
  'microtask-queue': grows('microtasks that wait', 'const p = Promise.resolve(); for (let i = 0; ; i++) p.then(() => [i, i, i])'),
  'error-causes': grows('a chain of causes', 'let e; for (let i = 0; ; i++) e = new Error("x" + i, { cause: e })'),
  'proxy-pairs': collects('revocable proxies', 'Proxy.revocable({ i }, {})'),
  'small-bigints': collects('small bigints', 'BigInt(i) * 123456789012345678901234567890n'),
  'nested-maps': collects('small Maps', 'new Map([[i, new Set([i])]])'),
  'linked-list': grows('a linked list', 'let l = null; for (let i = 0; ; i++) l = { l, i, s: "x" + i }'),
  'string-cons': grows(
    'a text that grows by one unit',
    'let s = "", a = []; for (let i = 0; ; i++) { s += String.fromCharCode(i & 0xffff); if (i % 1000 === 0) a.push(s + i) }',
  ),
  'tagged-templates': collects('tagged templates', '((s) => s)`a${i}b${i}c`.concat(i)'),
  timers: grows('timers', 'const a = []; for (let i = 0; ; i++) { a.push(new Array(200).fill(i)); setTimeout(() => a[i], 1e6) }', {
    executorOptions: { web: true },
  }),
  'encoded-texts': collects('encoded texts', 'new TextEncoder().encode("some text " + i)', { executorOptions: { web: true } }),
  urls: collects('URLs', 'new URL("http://example.com/" + i + "?a=" + i).searchParams', { executorOptions: { web: true } }),
})
