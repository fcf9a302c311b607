import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { declaresNames, SourceError } from '../src/index.js'

test.for([
  'var a',
  'let a',
  'const a = 1',
  'class A {}',
  'function f() {}',
  'async function f() {}',
  '"use strict"; var a',
  '{ var a }',
  'if (1) var a; else {}',
  'if (1) {} else { function f() {} }',
  'for (var i = 0; i < 1; i++);',
  'for (var k in {}) {}',
  'for (var v of []) {}',
  'for (;;) { var a; break }',
  'while (0) { var a }',
  'do { var a } while (0)',
  'a: { var b }',
  'switch (1) { case 1: function f() {} }',
  'try { var a } catch {}',
  'try {} catch (e) { var a }',
  'try {} finally { function f() {} }',
  'with ({}) { var a }',
])('%s declares', (source) => expect(declaresNames(source)).toBe(true))

test.for([
  '',
  '2 + 2',
  'total(order)',
  '(function () { var a = 1; function f() {} return a })()',
  '(() => { let a = 1; return a })()',
  '{ let a = 1; const b = 2; class C {}; a + b }',
  'for (let i = 0; i < 1; i++);',
  'for (const v of []) {}',
  'x = class { m() { var a } }',
  'a.let + a.var + "function"',
  '"use strict"; (function () { return this })()',
])('%s declares nothing, and evaluating it adds what running it adds', (source) => {
  expect(declaresNames(source)).toBe(false)
  const names = (how: string) => {
    const realm = { a: {}, total: () => 1, order: 1, source }
    const before = Object.keys(realm)
    runInNewContext(how, realm)
    return Object.keys(realm).filter((key) => !before.includes(key))
  }
  expect(names('(0, eval)(source)')).toEqual(names(source))
})

test('what cannot be parsed is an error', () => expect(() => declaresNames('let a = (')).toThrow(SourceError))
