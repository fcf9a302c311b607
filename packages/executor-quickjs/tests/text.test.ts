import { expect, test } from 'vitest'
import { fromBytes, toBytes } from '../src/text.js'

test.each(['', 'a', 'é€😀', '\ud800', 'a\udc00', '\udc00\ud800', '\ud83d\ude00\ud83d', '\ufeffx', 'x\0y'])('%j comes through', (text) => {
  expect(fromBytes(toBytes(text))).toBe(text)
})

test('random strings of surrogates and neighbours come through', () => {
  const units = [0x41, 0xe9, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xed, 0xfeff]
  let state = 1
  const next = (n: number) => (state = (state * 48_271) % 2_147_483_647) % n
  for (let i = 0; i < 2_000; i++) {
    const text = String.fromCharCode(...Array.from({ length: next(12) }, () => units[next(units.length)] as number))
    expect(fromBytes(toBytes(text))).toBe(text)
  }
})
