import { describe, expect, test } from 'vitest'
import { formatValue } from '../src/format-value.ts'

const cyclic: Record<string, unknown> = { a: [1] }
cyclic.self = cyclic

test.each<[value: unknown, text: string]>([
  [undefined, 'undefined'],
  [-0, '-0'],
  [12n, '12n'],
  ['a\n"b"', '"a\\n\\"b\\""'],
  [[], '[]'],
  [{}, '{}'],
  [{ a: 1, 'b c': [null, true] }, '{ a: 1, "b c": [null, true] }'],
  [new Map(), 'Map(0) {}'],
  [new Map([['k', new Set([1])]]), 'Map(1) { "k" => Set(1) { 1 } }'],
  [new Date(0), 'Date(1970-01-01T00:00:00.000Z)'],
  [new Date(Number.NaN), 'Date(invalid)'],
  [/a/g, '/a/g'],
  [new Uint8Array([1, 2]), 'Uint8Array(2) [1, 2]'],
  [new DataView(new ArrayBuffer(3)), 'DataView(3)'],
  [new RangeError('no'), 'RangeError: no'],
  [Object.assign(new Error('no', { cause: 1 }), { code: 'X' }), 'Error: no { code: "X", cause: 1 }'],
  [cyclic, '{ a: [1], self: [circular] }'],
  [JSON.parse('{"__proto__": 1}'), '{ __proto__: 1 }'],
])('%o', (value, text) => expect(formatValue(value)).toBe(text))

test('a long value is broken into lines', () => {
  const rows = Array.from({ length: 3 }, (_, id) => ({ id, name: 'x'.repeat(20) }))
  expect(formatValue(rows)).toBe(`[\n${rows.map(({ id, name }) => `  { id: ${id}, name: "${name}" },\n`).join('')}]`)
  expect(formatValue(rows, { indent: false })).not.toContain('\n')
})

describe('what takes long or is large is cut', () => {
  const deep: unknown[] = []
  let inner = deep
  for (let i = 0; i < 10_000; i++) inner.push((inner = []))
  const wide = Array.from({ length: 2_000 }, () => Array.from({ length: 2_000 }, () => 0))

  test.each<[what: string, value: unknown]>([
    ['a deep one', deep],
    ['a wide one', wide],
    ['a long text', 'x'.repeat(10_000_000)],
    ['a text of escapes', '\u0001'.repeat(1_000_000)],
    ['a sparse array', Object.assign([], { length: 2 ** 32 - 1 })],
    ['a huge bigint', 1n << 16_000_000n],
    ['many keys', Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, i]))],
  ])('%s', (_, value) => {
    const startedAt = performance.now()
    expect(formatValue(value).length).toBeLessThan(1_000_000)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })
})
