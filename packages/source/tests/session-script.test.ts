import { createContext, runInContext } from 'node:vm'
import { expect, test } from 'vitest'
import { sessionScript } from '../src/session-script.js'

/** Evaluates scripts one after another, as an engine does that can only evaluate. */
function session(): (source: string) => unknown {
  const context = createContext({})
  const evaluate = runInContext('eval', context) as (source: string) => unknown
  return (source) => (0, evaluate)(sessionScript(source).code)
}

test('what a script declares at its top level is there for the next one', () => {
  const run = session()
  expect(run('let a = 1; const b = 2, { c, d: [e] } = { c: 3, d: [4] }; class F { m() { return 5 } } function g() { return 6 }')).toBe(
    undefined,
  )
  expect(run('[a, b, c, e, new F().m(), F.name, g()]')).toEqual([1, 2, 3, 4, 5, 'F', 6])
})

test('without that it would not be', () => {
  const context = createContext({})
  const evaluate = runInContext('eval', context) as (source: string) => unknown
  evaluate('let a = 1')
  expect(evaluate('typeof a')).toBe('undefined')
})

test('a declaration without a value begins anew', () => {
  const run = session()
  run('let a = 1')
  expect(run('let a; a')).toBe(undefined)
})

test.each([
  ['1; let a = 2', 1],
  ['const a = 1; a', 1],
  ['class A {} [1].length', 1],
  ['class A {}\n(5)', 5],
  ['for (let i = 0; i < 3; i++) i', 2],
  ['{ let inner = 1; inner }', 1],
  ['let\nx = 7; x', 7],
])('%j has the completion value that it had', (source, value) => {
  expect(session()(source)).toBe(value)
})

test('only the top level changes', () => {
  const source = '{ let a } for (let i;;) break; for (const k of []); function f() { let b; class C {} } (class D {}); "let x"; /const y/'
  expect(sessionScript(source).code).toBe(source)
})

test('lines and columns stay', () => {
  expect(sessionScript('const a = 1;\nlet b = 2').code).toBe('var   a = 1;\nvar b = 2')
})

test('what cannot be parsed is an error with its place', () => {
  expect(() => sessionScript('let a = ;')).toThrow('Unexpected token')
})

test('tells the names that it declares, those that no later script may declare again first', () => {
  const source = 'let a, { b, c: [d = 1, ...e], ...f } = g; const h = 1; class I {} var j; function k() { let l }'
  expect(sessionScript(source)).toMatchObject({
    lexical: ['a', 'b', 'd', 'e', 'f', 'h', 'I'],
    declared: ['a', 'b', 'd', 'e', 'f', 'h', 'I', 'j', 'k'],
  })
})
