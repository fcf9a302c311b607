import { expect, test } from 'vitest'
import { SourceError, usesAsync } from '../src/index.js'

test.each([
  ['async () => 1', true],
  ['async function f() {}', true],
  ['({ async m() {} })', true],
  ['class A { async m() {} }', true],
  ['async function* g() {}', true],
  ['({ async: 1 }).async', false],
  ['const async = 1; async', false],
  ['"async await"; /await/ // async', false],
  ['const await_ = 1', false],
])('%s', (source, expected) => expect(usesAsync(source, 'script')).toBe(expected))

test('await and for await in a body', () => {
  expect(usesAsync('await f()', 'body')).toBe(true)
  expect(usesAsync('for await (const x of y) {}', 'body')).toBe(true)
})

test('what cannot be parsed is an error', () => expect(() => usesAsync('async (', 'script')).toThrow(SourceError))
