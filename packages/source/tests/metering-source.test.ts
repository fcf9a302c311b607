import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { meter, type SourceForm, SourceError } from '../src/metering.js'
import { problemOf } from './problem-of.js'

const metered = (source: string, form: SourceForm = 'script') => meter(source, { form, budget: 5 })
const problem = (source: string, form: SourceForm = 'script') => problemOf(() => metered(source, form))

describe('where the counter is declared', () => {
  const declaration = 'let __beddel_left=5;'.length
  test.each([
    ['1', 'let __beddel_left=5;1', declaration],
    ['\n1', '\nlet __beddel_left=5;1', 0],
    ['/* c */ 1', '/* c */ let __beddel_left=5;1', declaration],
    ['#!/bin/x\n1', '#!/bin/x\nlet __beddel_left=5;1', 0],
    ['--> c\n1', '--> c\nlet __beddel_left=5;1', 0],
    ["'use strict'", "'use strict';let __beddel_left=5;", declaration + 1],
    ["'use strict'; 1", "'use strict';;let __beddel_left=5; 1", declaration + 1],
    ["'use strict'\n1", "'use strict';let __beddel_left=5;\n1", declaration + 1],
    ["\n'a'\n'use strict'\n1", "\n'a'\n'use strict';let __beddel_left=5;\n1", 0],
    ["('use strict'); 1", "let __beddel_left=5;('use strict'); 1", declaration],
    ["'a'.length", "let __beddel_left=5;'a'.length", declaration],
    ['', '', 0],
    ['// c', '// c', 0],
  ])('%j', (source, code, columnShift) => {
    expect(metered(source)).toEqual({ code, columnShift })
  })
})

test('no line is added or taken away', () => {
  const source = '\n"use strict"\r\nfor (\n;\n;\n)\n{\n}\u2028() =>\r1;\nfunction f() {\n\n}\nclass A {\n a =\n 1\n}\n'
  const lines = (text: string) => text.split(/\r\n|[\n\r\u2028\u2029]/).length
  expect(lines(metered(source).code)).toBe(lines(source))
})

test.each<[string, SourceForm]>([
  ['let a; let a', 'script'],
  ['/(/', 'script'],
  ['export { a }', 'module'],
  ['let a; export { a, a as b }; await 1', 'module'],
])('left to the engine, or right: %s as %s', (source, form) => {
  expect(() => metered(source, form)).not.toThrow()
})

describe('what is refused', () => {
  test.each<[string, SourceForm, string, number, number]>([
    ['let a = ', 'script', 'Unexpected end of input', 1, 9],
    ['let a = 1;\n  let = b c', 'script', 'Unexpected token', 2, 11],
    ['a\r\nb\u2028c d', 'script', 'Unexpected token', 3, 3],
    ['return 1', 'script', "'return' outside of function", 1, 1],
    ['await x', 'script', 'Unexpected token', 1, 7],
    ['import "a"', 'body', "'import' and 'export' may appear only with 'sourceType: module'", 1, 1],
    ['#!a', 'body', "Unexpected character '!'", 1, 2],
    ['return 1', 'module', "'return' outside of function", 1, 1],
    ['a <!-- b c', 'module', 'Unexpected token', 1, 10],
    ['}); f(); (async function () {', 'body', 'Unexpected token', 1, 1],
    ['with (a) b', 'script', "'with' cannot be metered: its object could hide the counter", 1, 1],
    ['a; __beddel_left = 1', 'script', 'Names that begin with __beddel_ are reserved', 1, 4],
    ['\\u{5f}_beddel_left', 'script', 'Names that begin with __beddel_ are reserved', 1, 1],
    ['(__beddel_x) => 1', 'script', 'Names that begin with __beddel_ are reserved', 1, 2],
    ['var { a: __beddel_x } = b', 'script', 'Names that begin with __beddel_ are reserved', 1, 10],
    ['({ __beddel_x })', 'script', 'Names that begin with __beddel_ are reserved', 1, 4],
    ['function __beddel_spent() {}', 'script', 'Names that begin with __beddel_ are reserved', 1, 10],
    ['class __beddel_left {}', 'script', 'Names that begin with __beddel_ are reserved', 1, 7],
    ['try {} catch (__beddel_left) {}', 'script', 'Names that begin with __beddel_ are reserved', 1, 15],
    ['a[__beddel_left]', 'script', 'Names that begin with __beddel_ are reserved', 1, 3],
    ['import __beddel_left from "a"', 'module', 'Names that begin with __beddel_ are reserved', 1, 8],
  ])('%j as %s', (source, form, message, line, column) => {
    expect(problem(source, form)).toMatchObject({ message, line, column })
  })

  test.each(['a.__beddel_left', '({ __beddel_left: 1, __beddel_spent() {} })', 'class A { __beddel_left; #__beddel_t }'])(
    'a property name is the guest’s: %s',
    (source) => expect(() => metered(source)).not.toThrow(),
  )

  test('it is a SourceError, told by its name', () => {
    expect(() => metered('(')).toThrow(SourceError)
    expect(() => metered('(')).toThrow(expect.objectContaining({ name: 'SourceError', message: 'Unexpected end of input' }))
  })

  test('a message quotes no control characters and is bounded', () => {
    const { message } = problem(`label: { ${'a'.repeat(5_000)}: ; } break ${'b'.repeat(5_000)}`)
    expect(message.length).toBeLessThanOrEqual(300)
    expect(problem('\u001b[31m').message).toBe("Unexpected character ' '")
  })

  test.each([-1, 1.5, Number.NaN, Infinity, 2 ** 53, '5' as unknown as number])('a budget of %s', (budget) => {
    expect(() => meter('1', { form: 'script', budget })).toThrow(RangeError)
  })
})

test('a module counts', () => {
  const source = 'import { sep } from "node:path"; export default () => { for (;;); }; export const a = sep'
  const { code } = metered(source, 'module')
  const program = `globalThis.__beddel_spent = () => { throw new Error('spent') }
    const m = await import('data:text/javascript,' + encodeURIComponent(${JSON.stringify(code)}))
    try { m.default() } catch (e) { console.log(m.a.length, e.message) }`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 10_000,
  })
  expect({ stdout, stderr }).toEqual({ stdout: '1 spent\n', stderr: '' })
})
