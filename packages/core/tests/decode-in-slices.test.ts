import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { decode, encode } from '../src/engine/codec.js'
import { decodeInSlices } from '../src/engine/decode-in-slices.js'
import { isCostly } from '../src/engine/is-costly.js'
import { JsonReader } from '../src/engine/json-reader.js'

const always = (): boolean => true

function readWhole(text: string): unknown {
  const reader = new JsonReader(text)
  while (!reader.read(1)) {}
  return reader.value
}

const GOOD = [
  '1',
  '-0',
  '1.5e-7',
  '-12E+3',
  'true',
  'false',
  'null',
  '""',
  '"a\\"b\\\\"',
  '"\\\\\\""',
  '"\\u0041\\ud800"',
  '[]',
  '{}',
  '[[],[[]],{}]',
  ' [ 1 , 2 ] ',
  '\n{\t"a" : [ { "b" : null } ] , "__proto__" : { "x" : 1 } , "a" : 2 }\r',
  '{"":{"":""}}',
  '"\u2028"',
]
const BAD = [
  '',
  ' ',
  '01',
  '-',
  '1.',
  '.5',
  '+1',
  '1e',
  'tru',
  'nul',
  'NaN',
  'undefined',
  '"',
  '"\\"',
  '"\n"',
  '"\\x"',
  '[',
  '[1',
  '[1,',
  '[1,]',
  '[,1]',
  '[1 2]',
  '{',
  '{"a"',
  '{"a":',
  '{"a":1',
  '{"a":1,}',
  '{a:1}',
  '{"a" 1}',
  '{,}',
  ']',
  '1 1',
  '[] []',
  "'a'",
  '\u00a01',
  '[1]x',
]

test.each(GOOD)('%j is read as JSON.parse reads it', (text) => {
  expect(readWhole(text)).toEqual(JSON.parse(text))
  expect(Object.is(readWhole(text), JSON.parse(text)) || typeof JSON.parse(text) === 'object').toBe(true)
})

test.each(BAD)('%j is refused as JSON.parse refuses it', (text) => {
  expect(() => JSON.parse(text)).toThrow(SyntaxError)
  expect(() => readWhole(text)).toThrow(SyntaxError)
})

test('random edits of good texts: both readers agree', () => {
  let seed = 7
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
  const letters = '[]{}",:01e.-tn \\'
  for (let round = 0; round < 20_000; round++) {
    let text = GOOD[random(GOOD.length)] as string
    const at = random(text.length + 1)
    text = text.slice(0, at) + letters[random(letters.length)] + text.slice(at + random(2))
    let parsed: unknown
    let read: unknown
    let refused = 0
    try {
      parsed = JSON.parse(text)
    } catch {
      refused++
    }
    try {
      read = readWhole(text)
    } catch {
      refused++
    }
    expect(refused, text).not.toBe(1)
    if (refused === 0) expect(read).toEqual(parsed)
  }
})

test('a key __proto__ is an own key, and reaches no prototype', () => {
  const value = readWhole('{"__proto__":{"polluted":1}}') as object
  expect(Object.keys(value)).toEqual(['__proto__'])
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
})

test('what is nested too deeply is refused, here as there', async () => {
  const text = `1j${'['.repeat(5_000)}${']'.repeat(5_000)}`
  expect(decode(text).ok).toBe(false)
  expect((await decodeInSlices(text, always))?.ok).toBe(false)
})

const shared = { a: 1 }
const cyclic: Record<string, unknown> = { shared, again: shared }
cyclic.self = cyclic
test.each([
  ['plain rows', Array.from({ length: 3_000 }, (_, id) => ({ id, name: `n${id}`, tags: ['a'] }))],
  ['cycles', cyclic],
  [
    'maps and sets',
    new Map<unknown, unknown>([
      [new Set([1, undefined]), new Date(3)],
      [NaN, -0],
    ]),
  ],
  ['holes', Object.assign([], { 5: 1, length: 9 })],
  ['errors', Object.assign(new TypeError('x', { cause: shared }), { extra: 5n })],
  ['bytes', new Uint8Array([1, 2, 3])],
])('%s are the same at once and in slices', async (_name, value) => {
  const { text } = encode(value, 10_000_000, 'value') as { text: string }
  const sliced = await decodeInSlices(text, always)
  expect(sliced).toEqual(decode(text))
  expect(sliced?.ok).toBe(true)
})

test('a costly text is told by its keys and brackets, and the loop turns while it is read', async () => {
  const wide = (length: number): string => `1j{${Array.from({ length }, (_, i) => `"k${i}":1`).join()}}`
  const keys = wide(150_000)
  expect(isCostly(keys)).toBe(true)
  expect(isCostly(`1j"${'x'.repeat(4_000_000)}"`)).toBe(false)
  expect(isCostly('1j{"a":1}')).toBe(false)
  let turns = 0
  const ticker = setInterval(() => turns++, 1)
  const decoded = await decodeInSlices(keys, always)
  clearInterval(ticker)
  expect(decoded?.ok && Object.keys(decoded.value as object).length).toBe(150_000)
  expect(turns).toBeGreaterThan(5)
  // No guest of ours sends more in one object.
  expect((await decodeInSlices(wide(150_001), always))?.ok).toBe(false)
})

test('who gives up is not kept waiting', async () => {
  const arrays = `1j[${'[],'.repeat(400_000)}0]`
  expect(await decodeInSlices(arrays, () => false)).toBeUndefined()
})

test('arrays of every length around the one that counts as long are read whole', () => {
  const arrays = Array.from({ length: 140 }, (_, length) => Array.from({ length }, (_, i) => (i % 7 === 0 ? [i, [i]] : { i: [i] })))
  const text = JSON.stringify([arrays, arrays, { arrays }])
  expect(readWhole(text)).toEqual(JSON.parse(text))
})

test('many small arrays weigh what they weigh from JSON.parse', () => {
  const script = fileURLToPath(new URL('../scripts/measure-decode-memory.mjs', import.meta.url))
  const kept = (how: string): number => {
    const said = execFileSync(process.execPath, ['--expose-gc', script, how, '900,000 arrays of one number'], { encoding: 'utf8' })
    return (JSON.parse(said) as { kept: number }).kept
  }
  // It was three times as much when they grew element by element.
  expect(kept('slices')).toBeLessThan(1.5 * kept('parse'))
})
