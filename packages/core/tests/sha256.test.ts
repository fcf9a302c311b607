import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { codeHash } from '../dist/engine.js'
import { sha256Hex } from '../dist/index.js'

const reference = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

test.each([
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1'],
  ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
])('the vectors of FIPS 180-4: %#', (text, hash) => expect(sha256Hex(text)).toBe(hash))

test('every length around the block borders, as node:crypto', () => {
  for (let length = 0; length <= 300; length++) {
    const text = String.fromCharCode(...Array.from({ length }, (_, i) => 32 + ((i * 7 + length) % 95)))
    expect(sha256Hex(text), `length ${length}`).toBe(reference(text))
  }
})

test.each([
  ['two bytes', 'äöü'.repeat(50)],
  ['three bytes', '\u2028€'.repeat(50)],
  ['surrogate pairs', '😀𝒳'.repeat(50)],
  ['a lone high surrogate', `a\ud800`],
  ['a lone low surrogate', `\udc00b`],
  ['surrogates the wrong way round', '\udc00\ud800'],
  ['a byte order mark', '\ufeff1'],
  ['NUL', 'a\0b'],
])('%s', (_name, text) => {
  expect(sha256Hex(text)).toBe(reference(text))
  expect(codeHash(text)).toBe(reference(text))
})
