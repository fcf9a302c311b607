import { describe, expect, test } from 'vitest'
import { SourceError, stripTypes } from '../src/typescript.js'
import { problemOf } from './problem-of.js'

describe('types become spaces', () => {
  test.each([
    ['let x: number = 1', 'let x         = 1'],
    ['const f = <T,>(x: T): T => x as T', 'const f =     (x   )    => x     '],
    ['interface A { a: 1 }\nlet a!: A', '                    \nlet a    '],
    ['type A = 1; a satisfies A', '            a            '],
    ['x = y as any\n(foo)', 'x = y ;     \n(foo)'],
    ['import type { A } from "a"; import { type B, c } from "b"', '                            import {         c } from "b"'],
    ['abstract class A { abstract x: 1; private y?: 2 }', '         class A {                        y     }'],
    ['let x = 1\ntype A = 1\n;[5].map(f)', 'let x = 1\n          \n;[5].map(f)'],
    ['declare const q: 1\n  ;(f)()', '                  \n  ;(f)()'],
    ['let o: { a: 1\n;[k: string]: 2 }\n= x', 'let o        \n                 \n= x'],
    ['x = a as { b: 1\n; c: 2 }\n+ 1', 'x = a          \n        \n+ 1'],
    ['x = a as { b: 1\n; }\n+ 1', 'x = a          \n   \n+ 1'],
    ['class A { declare x: 1\n;[k]() {} }', 'class A {             \n;[k]() {} }'],
    ['declare enum A {}', '                 '],
    ['namespace A { export type B = 1 }', '                                 '],
    ['return 1 as number', 'return 1          '],
    ['const a: 1 = await f(); return a!', 'const a    = await f(); return a '],
    ['#!/bin/x\nlet a: 1', '#!/bin/x\nlet a   '],
    ['\ufefflet a: 1', '\ufefflet a   '],
    ['', ''],
  ])('%j', (source, stripped) => {
    expect(stripTypes(source)).toBe(stripped)
    expect(stripped.length).toBe(source.length)
  })

  test('every offset stays, whatever the types are written in', () => {
    const source = '/* 😀漢 */ let a: "é😀漢" = "é😀漢"; let b: A<"\u2028"> = `😀`'
    const stripped = stripTypes(source)
    expect(stripped.length).toBe(source.length)
    expect(stripped.indexOf('let b')).toBe(source.indexOf('let b'))
    expect(stripped.replace(/\s+/g, ' ')).toBe('/* 😀漢 */ let a = "é😀漢"; let b = `😀`')
  })

  test('lone surrogates stay what they are', () => {
    const source = '"\ud800"; let x: "\ud800é" = "\udc00"; "\ufffd"'
    const stripped = stripTypes(source)
    expect(stripped.length).toBe(source.length)
    expect(stripped).toMatch(/^"\ud800"; let x\s+= "\udc00"; "\ufffd"$/)
  })
})

describe('what is refused, and where', () => {
  test.each([
    ['enum A { B }', 'TypeScript enum is not supported in strip-only mode', 1, 1],
    ['let a\n  namespace X { export const y = 1 }', 'TypeScript namespace declaration is not supported in strip-only mode', 2, 3],
    ['class A { constructor(private x: number) {} }', 'TypeScript parameter property is not supported in strip-only mode', 1, 31],
    ['import x = require("y")', 'TypeScript import equals declaration is not supported in strip-only mode', 1, 1],
    ['export = 1', 'TypeScript export assignment is not supported in strip-only mode', 1, 1],
    ['enum E { A }\nreturn E.A', 'TypeScript enum is not supported in strip-only mode', 1, 1],
    [
      'class A { constructor(private x: 1) {} }\nreturn new A(1)',
      'TypeScript parameter property is not supported in strip-only mode',
      1,
      31,
    ],
    ['let x = {', 'Unexpected end of input', 1, 10],
    ['return {', 'Unexpected end of input', 1, 9],
    ['return; import a from "b"', "'import', and 'export' cannot be used outside of module code", 1, 9],
    ['}); pwn(); (async function () {', 'Expression expected', 1, 1],
    ['\t\tenum A {}', 'TypeScript enum is not supported in strip-only mode', 1, 3],
    ['/*😀漢é*/ enum A {}', 'TypeScript enum is not supported in strip-only mode', 1, 10],
    ['/*e\u0301*/ enum A {}', 'TypeScript enum is not supported in strip-only mode', 1, 8],
    ['\ufeff enum A {}', 'TypeScript enum is not supported in strip-only mode', 1, 3],
    ['a\n\u2028\r\n\r enum A {}', 'TypeScript enum is not supported in strip-only mode', 5, 2],
  ])('%j', (source, message, line, column) => {
    expect(problemOf(() => stripTypes(source))).toMatchObject({ message, line, column })
  })

  test('the offset is that of the line and column', () => {
    const source = 'let é = 1\n\tenum A {}'
    expect(source.slice(problemOf(() => stripTypes(source)).offset)).toBe('enum A {}')
  })

  test.each(['let x: = 1', 'let \u001b[31m', `let ${'a'.repeat(5_000)}: = 1`, 'enum A {}'])(
    'a message is one plain bounded line: %j',
    (source) => {
      const { message } = problemOf(() => stripTypes(source))
      expect(message).toMatch(/^[ -~]{5,300}$/)
      expect(message).not.toMatch(/node_modules|file:|<anon>|\^/)
      expect(() => stripTypes(source)).toThrow(SourceError)
    },
  )
})

describe('hostile sources', () => {
  const good = () => expect(stripTypes('let a: number')).toBe('let a        ')
  const DEEP: Record<string, string> = {
    brackets: '['.repeat(20_000),
    'balanced brackets': '['.repeat(20_000) + ']'.repeat(20_000),
    '1 MB of brackets': '['.repeat(1_000_000),
    types: `let a: ${'A<'.repeat(20_000)}`,
    sums: `${'a+'.repeat(100_000)}a`,
    negations: `${'!'.repeat(100_000)}a`,
    'array types': `let a: T${'[]'.repeat(100_000)}`,
  }

  test.each(Object.keys(DEEP))('deep %s poison nothing', (name) => {
    expect(problemOf(() => stripTypes(DEEP[name]!)).message).toBe('The source is nested too deeply')
    good()
  })

  test('a thousand bad sources, deep and not, poison nothing', () => {
    for (let i = 0; i < 1_000; i++) {
      problemOf(() => stripTypes(i % 4 ? `let ${i}: = 1` : '['.repeat(20_000)))
      if (i % 50 === 0) good()
    }
    good()
  })

  test.each(['a;', 'let a:T;', 'f<A>(b);', '/**/', '`a`;', 'function f(a:T):R{}'])('1 MB of %s ends', (unit) => {
    const source = unit.repeat(1_000_000 / unit.length)
    const start = performance.now()
    expect(stripTypes(source).length).toBe(source.length)
    expect(performance.now() - start).toBeLessThan(10_000)
    good()
  })
})
