import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { meter } from '../src/index.js'
import { runMetered, type Way } from './run.js'

// Each source runs for ever, or nearly. `d` counts depth, so that recursion runs wide instead of overflowing.
const ENDLESS = {
  while: 'while (true) {}',
  'while, no body': 'while (1);',
  'while with a comma': 'while (0, 1);',
  do: 'do {} while (true)',
  'do, no body': 'do ; while (1)',
  'for, all empty': 'for (;;) {}',
  'for, no body': 'for (;;);',
  'for with comments for its test': 'for (/*;*/; // ;\n /*)*/;);',
  'for with a test': 'for (let i = 0; i >= 0; i++);',
  'for with an update only': 'for (;; 1);',
  'for-of over an endless generator': 'for (const x of (function* () { for (;;) yield 1 })());',
  'for-of over a built-in iterator': 'for (const x of { [Symbol.iterator]: Object.prototype.valueOf, next: Object });',
  'for-of with a block': 'for (const x of { [Symbol.iterator]: Object.prototype.valueOf, next: Object }) { x }',
  'continue to a label': 'a: for (;;) { for (;;) continue a }',
  'continue to a label of for-of':
    'const e = { [Symbol.iterator]: Object.prototype.valueOf, next: Object }; a: for (const x of e) for (const y of e) continue a',
  'a loop that catches': 'for (;;) { try { for (;;); } catch {} }',
  'loops that catch each other': 'for (;;) try { for (;;) try { while (1); } catch { do ; while (1) } } catch {}',
  'a loop in finally': 'try { throw 1 } finally { for (;;); }',
  'a return in finally': 'function f() { try { for (;;); } finally { return f } } for (;;) f()',
  'function declaration': 'let d = 0; function f() { if (d < 60) { d++; f(); f(); d-- } } f()',
  'hoisted function': 'var d = 0; f(); function f() { if (d < 60) { d++; f(); f(); d-- } }',
  'function with a directive': 'let d = 0; function f() { "use strict"\nif (d < 60) { d++; f(); f(); d-- } } f()',
  'function expression': 'let d = 0; const f = function () { if (d < 60) { d++; f(); f(); d-- } }; f()',
  'arrow with a body': 'let d = 0; const f = () => { if (d < 60) { d++; f(); f(); d-- } }; f()',
  'arrow with an expression': 'const f = (n) => n && [f(n - 1), f(n - 1)]; f(60)',
  'arrow that gives an object': 'const f = (n) => ({ a: n && f(n - 1), b: n && f(n - 1) }); f(60)',
  method: 'let d = 0; const o = { f() { if (d < 60) { d++; o.f(); o.f(); d-- } } }; o.f()',
  getter: 'let d = 0; const o = { get f() { if (d < 60) { d++; o.f; o.f; d-- } } }; o.f',
  setter: 'let d = 0; const o = { set f(x) { if (d < 60) { d++; o.f = 1; o.f = 1; d-- } } }; o.f = 1',
  'private method': 'let d = 0; class A { #f() { if (d < 60) { d++; this.#f(); this.#f(); d-- } } g() { this.#f() } } new A().g()',
  'static method': 'let d = 0; class A { static f() { if (d < 60) { d++; A.f(); A.f(); d-- } } } A.f()',
  constructor: 'let d = 0; class A { constructor() { if (d < 60) { d++; new A; new A; d-- } } } new A',
  'derived constructor':
    'let d = 0; class A {} class B extends A { constructor() { super(); if (d < 60) { d++; new B; new B; d-- } } } new B',
  'field of a class without constructor': 'let d = 0; class A { x = d < 60 && [d++, new A, new A, d--] } new A',
  'field that holds a class': 'let d = 0; class A { x = class { static y = d < 60 && [d++, new A, new A, d--] } } new A',
  'field that holds a class with a computed key': 'let d = 0; class A { x = class { [d < 60 && [d++, new A, new A, d--]] } } new A',
  'static block in a parameter, where no body is entered':
    'function f(a = class { static { try { f() } catch {} try { f() } catch {} } }, b = null.x) {} f()',
  'default parameter': 'let d = 0; function f(a = d < 60 && [d++, f(), f(), d--]) {} f()',
  'recursion that catches the overflow': 'function f() { try { f() } catch {} try { f() } catch {} } f()',
  'recursion that catches the end': 'function f(n) { if (n) { try { f(n - 1) } catch {} try { f(n - 1) } catch {} } } f(60)',
  generator: 'function* g() { for (;;) yield } for (const x of g());',
  'generators, recursive': 'let d = 0; function* g() { if (d < 60) { d++; yield* g(); yield* g(); d-- } } [...g()]',
  'spread of a generator': '[...(function* () { while (true) yield })()]',
  'async function': 'async function f() { for (;;) await 0 } f().catch(Object)',
  'async function, recursive': 'async function f() { await 0; return f() } f().catch(Object)',
  'async arrow': 'const f = async () => { await 0; await f() }; f().catch(Object)',
  'async arrow with an expression': 'const f = async (n) => n && [await f(n - 1), await f(n - 1)]; f(60).catch(Object)',
  'async generator': '(async () => { for await (const x of (async function* () { for (;;) yield 1 })()); })().catch(Object)',
  'for await over built-ins':
    '(async () => { for await (const x of { [Symbol.asyncIterator]: Object.prototype.valueOf, next: Object }); })().catch(Object)',
  'promise callbacks': 'const f = () => Promise.resolve().then(f); f().catch(Object)',
  'callback of a built-in': 'Array.from({ length: 2 ** 32 - 1 }, (x) => x)',
  'comparator, recursive': 'const f = (n) => n && [1, 2, 3].sort(() => f(n - 1)); f(60)',
  toString: 'let d = 0; const o = { toString() { if (d < 60) { d++; `${o}${o}`; d-- } return "" } }; `${o}`',
  'proxy trap': 'let d = 0; const p = new Proxy({}, { get() { if (d < 60) { d++; p.a; p.a; d-- } } }); p.a',
  'tagged template': 'const f = (s, n) => n && [f``, f`${n - 1}`, f`${n - 1}`]; f`${60}`',
  'a division after a property named like a keyword': 'const a = { return: 1 }, g = 1; a?.return\n/(() => { for (;;); })()/g',
  'a division after a variable named of': 'var of = 1, a = 1, g = 1; a\nof\n/(() => { for (;;); })()/g',
  'a division after a property named yield in a generator':
    'const a = {}, g = 1; [...(function* () { a?.yield\n/(() => { for (;;); })()/g })()]',
  'a loop after a template and a property named class': 'const a = {}; `${a?.class}` + `${a?.function}`; for (;;) `${`}`}`',
}

describe.each(['vm.Script', 'indirect eval', 'body'] as Way[])('every endless source is stopped: %s', (way) => {
  test.each(Object.entries(ENDLESS))('%s', (_, source) => {
    const ending = runMetered(source, way, 10_000)
    expect(ending.timedOut).toBe(false)
    expect(ending.spent).toBeGreaterThan(0)
  })
})

test.each(Object.entries(ENDLESS))('without a budget to speak of it does not end: %s', (_, source) => {
  const ending = runMetered(source, 'vm.Script', Number.MAX_SAFE_INTEGER, 15)
  expect(ending.spent).toBe(0)
  expect(ending.timedOut || /out of memory|Maximum call stack|Invalid array length/.test(ending.thrown ?? '')).toBe(true)
})

// [source, how many operations it costs]
const COSTS: [string, number][] = [
  ['1 + 1', 0],
  ['let i = 0; while (i < 3) i++', 4],
  ['let i = 0; do i++; while (i < 3)', 3],
  ['for (let i = 0; i < 3; i++);', 4],
  ['for (let i = 0; ; i++) if (i > 1) break', 3],
  ['for (const x of [1, 2, 3]);', 3],
  ['for (const x in { a: 1, b: 2 }) {}', 2],
  ['function f() {} f(); f()', 2],
  ['const f = () => 1; f(); f()', 2],
  ['[1, 2, 3].map((x) => x)', 3],
  ['class A {} new A; new A', 0],
  ['class A { a = 1; b; c = 2; static d = 1 } new A', 2],
  ['class A { constructor() {} } class B extends A { constructor() { super() } } new B', 2],
  ['class A { static {} static { 1 } }', 1],
  ['function* g() { yield 1; yield 2 } [...g()]', 1],
  ['[5, 3, 1].sort().fill(0)', 0],
]

test.each(COSTS)('%s costs %i', (source, cost) => {
  expect(runMetered(source, 'vm.Script', cost)).toMatchObject({ spent: 0 })
  if (cost > 0) expect(runMetered(source, 'vm.Script', cost - 1)).toMatchObject({ spent: 1, thrown: 'Error: spent' })
})

test.each(['script', 'body', 'module'] as const)('tells how many operations are left, in a %s', (form) => {
  const { code } = meter('"use strict"; let n = 0; for (let i = 0; i < 5; i++) n++', { form, budget: 100, tell: 'tell' })
  let left: () => number = () => Number.NaN
  const global = { tell: (given: () => number) => (left = given), __beddel_spent: () => {} }
  // Each form's code runs as a function's body.
  runInNewContext(`(() => {${code}\n})()`, global)
  expect(left()).toBe(94)
})

test('telling leaves the completion value alone', () => {
  const { code } = meter('"use strict"', { form: 'script', budget: 1, tell: 'tell' })
  expect(runInNewContext(code, { tell: () => 7 })).toBe('use strict')
})
