import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonical } from '../src/canonical.js'
import { emptyHead, placeOf, seal } from '../src/entry.js'
import { draftOf, RECORD_KEYS } from '../src/record.js'

const agrees = (value: unknown): void => {
  expect(canonical(value)).toBe(canonicalize(value))
}

test('says what the library says, of any JSON', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), agrees), { numRuns: 2_000, seed: 11 })
  const key = fc.constantFrom('a', 'b', 'ab', '10', '9', '-1', '__proto__', 'é', '\u{1f600}', '\ufb33', 'ud', '\\ud8')
  const object = fc.dictionary(key, fc.oneof(fc.jsonValue(), fc.dictionary(key, fc.constantFrom(0, -0, '\\ud', undefined))))
  fc.assert(fc.property(object, agrees), { numRuns: 2_000, seed: 12 })
})

test.each([
  [{ b: 1, a: { d: undefined, c: [{ y: 1, x: 2 }] } }],
  [{ numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0] }],
  [{ string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"\u2028/' }],
  [{ at: new Date(0), 2: 1, 10: 1 }],
  [Object.create(null, { b: { value: 1, enumerable: true }, a: { value: 2, enumerable: true } })],
])('%j', (value) => expect(canonical(value)).toBe(canonicalize(value)))

test.each([[Number.NaN], [{ a: 1n }], [{ a: '\ud800' }], [[Number.POSITIVE_INFINITY]]])('refuses what JSON cannot say', (value) => {
  expect(() => canonical(value)).toThrow()
})

test('the text of an entry is canonical as a whole: every key of a record comes behind its place in the chain', () => {
  for (const key of Object.keys(RECORD_KEYS)) expect(key > 'chain').toBe(true)
  const draft = draftOf({
    kind: 'run',
    time: 1,
    who: 'w',
    code: { hash: 'h', bytes: 1 },
    data: { b: 1, a: [{ z: 1, y: 2 }] },
    ending: { success: true },
  })
  const body = seal('main', emptyHead(), [draft, draft]).rows[1]?.body ?? ''
  expect(canonicalize(JSON.parse(body))).toBe(body)
  expect(placeOf(body)?.seq).toBe(1)
})
