import type { Capabilities } from '@beddel/core'
import type { Answer, AnswerCase } from './answer.js'

/** The guest's global names, but for `Intl`, which an engine may declare not to have. Written out: a change is a change. */
export const GLOBALS = (
  'AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError ' +
  'FinalizationRegistry Float32Array Float64Array Infinity Int16Array Int32Array Int8Array Iterator JSON Map Math NaN ' +
  'Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError URIError ' +
  'Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet console decodeURI decodeURIComponent ' +
  'encodeURI encodeURIComponent escape globalThis isFinite isNaN parseFloat parseInt undefined unescape'
).split(' ')

const WEB =
  'TextDecoder TextEncoder URL URLSearchParams atob btoa clearInterval clearTimeout crypto queueMicrotask setInterval setTimeout structuredClone'.split(
    ' ',
  )

const NAMES =
  'Object.getOwnPropertyNames(globalThis).filter((n) => n !== "Intl" && globalThis[n] !== undefined || n === "undefined").sort()'
/** All of these names and no other, but for those that the engine declares not to have. */
const names =
  (expected: readonly string[]): ((capabilities: Capabilities) => Answer) =>
  ({ missingGlobals = [] }) => ({
    value: expected.filter((name) => !missingGlobals.includes(name)).sort(),
  })
const is = (name: string, source: string, value: unknown, more: Partial<AnswerCase> = {}): AnswerCase => ({
  name: `globals: ${name}`,
  source,
  gives: { value },
  ...more,
})
const web = { executorOptions: { web: true } }

export const globalCases: readonly AnswerCase[] = [
  is('the allow-list', NAMES, 0, { gives: names(GLOBALS) }),
  is('nothing is enumerable', 'Object.keys(globalThis)', []),
  is(
    'no symbols but the tag',
    'Object.getOwnPropertySymbols(globalThis).map(String).filter((s) => s !== "Symbol(Symbol.toStringTag)")',
    [],
  ),
  is('with web: true', NAMES, 0, { ...web, gives: names([...GLOBALS, ...WEB]) }),
  is('with codegen: true', NAMES, 0, {
    gives: names([...GLOBALS, 'Function', 'eval']),
    executorOptions: { codegen: true },
    needs: ['codegen'],
  }),
  is('codegen works where it was granted', 'eval("1 + 1") + Function("return 2")()', 4, {
    executorOptions: { codegen: true },
    needs: ['codegen'],
  }),
  is('with wasm: true', 'typeof WebAssembly.Module', 'function', { executorOptions: { wasm: true }, needs: ['wasm'] }),
  is(
    'TextDecoder goes on with a character that came in parts',
    `const d = new TextDecoder()
     const part = (...bytes) => d.decode(new Uint8Array(bytes), { stream: true })
     const euro = [part(0xe2, 0x82), part(0xac), d.decode()]
     const mark = [part(0xef, 0xbb), part(0xbf, 65), part(0xef, 0xbb, 0xbf), d.decode()]
     const cut = [part(0xc3), d.decode(), part(0xc3), d.decode(new Uint8Array([65]))]
     let fatal
     try { const f = new TextDecoder('utf-8', { fatal: true }); f.decode(new Uint8Array([0xc3]), { stream: true }); f.decode() } catch (e) { fatal = e.name }
     ;({ euro, mark, cut, fatal })`,
    { euro: ['', '€', ''], mark: ['', 'A', '\ufeff', ''], cut: ['', '\ufffd', '', '\ufffdA'], fatal: 'TypeError' },
    web,
  ),
  is('given ones', '[a, b.c, typeof input]', [1, 2, 'undefined'], { request: { globals: { a: 1, b: { c: 2 } } } }),
  is('input', '[input.x, Object.keys(globalThis).includes("input")]', [1, false], { request: { input: { x: 1 } } }),
  is(
    'the methods of console',
    'Object.keys(console).sort().join()',
    'assert,clear,count,countReset,debug,dir,error,group,groupCollapsed,groupEnd,info,log,profile,profileEnd,table,time,timeEnd,timeLog,timeStamp,trace,warn',
  ),
  is(
    'no way to a host’s realm',
    '[typeof process, typeof require, typeof module, typeof global, typeof Buffer, typeof self, typeof window]',
    Array(7).fill('undefined'),
  ),
  is('one realm', '[[] instanceof Array, ({}) instanceof Object, (() => {}) instanceof Object]', [true, true, true]),
  is(
    'what came in is of the same realm',
    '[input.list instanceof Array, input.date instanceof Date, input instanceof Object]',
    [true, true, true],
    { request: { input: { list: [], date: new Date(0) } } },
  ),
  is('web: a timer', 'return await new Promise((resolve) => setTimeout(resolve, 5, "done"))', 'done', web),
  is(
    'web: timers in their order',
    'const out = []; setTimeout(() => out.push(2), 20); setTimeout(() => out.push(1), 1); await new Promise((r) => setTimeout(r, 60)); return out',
    [1, 2],
    web,
  ),
  is(
    'web: a cleared timer',
    'let hit = 0; const t = setTimeout(() => hit++, 5); clearTimeout(t); await new Promise((r) => setTimeout(r, 30)); return hit',
    0,
    web,
  ),
  is(
    'web: an interval',
    'let n = 0; await new Promise((r) => { const i = setInterval(() => { if (++n === 3) { clearInterval(i); r() } }, 2) }); return n',
    3,
    web,
  ),
  is(
    'web: the order of tasks',
    'const out = []; setTimeout(() => out.push("t"), 0); queueMicrotask(() => out.push("m")); out.push("s"); await new Promise((r) => setTimeout(r, 20)); return out',
    ['s', 'm', 't'],
    web,
  ),
  is(
    'web: a URL',
    'const u = new URL("../b?x=1&x=2#h", "http://u:p@e.org:81/a/c"); [u.href, u.host, u.searchParams.getAll("x"), u.hash]',
    ['http://u:p@e.org:81/b?x=1&x=2#h', 'e.org:81', ['1', '2'], '#h'],
    web,
  ),
  is('web: a bad URL', 'try { new URL("http://[") } catch (e) { e instanceof TypeError }', true, web),
  is(
    'web: text and bytes',
    'const b = new TextEncoder().encode("ä😀\\ud800"); [[...b], new TextDecoder().decode(b)]',
    [[195, 164, 240, 159, 152, 128, 239, 191, 189], 'ä😀\ufffd'],
    web,
  ),
  is('web: base64', '[btoa("hällo"), atob("aGk=")]', ['aORsbG8=', 'hi'], web),
  is('web: bad base64', 'try { atob("*") } catch (e) { e instanceof Error }', true, web),
  is(
    'web: a clone',
    'const o = { d: new Date(1), m: new Map([[1, 2]]) }; o.self = o; const c = structuredClone(o); [c !== o, c.self === c, c.d.getTime(), c.m.get(1)]',
    [true, true, 1, 2],
    web,
  ),
  is('web: a clone of a function', 'try { structuredClone(() => 1) } catch (e) { e.name }', 'DataCloneError', web),
  is(
    'web: randomness',
    '[/^[0-9a-f-]{36}$/.test(crypto.randomUUID()), new Set(crypto.getRandomValues(new Uint8Array(64))).size > 10]',
    [true, true],
    web,
  ),
]
