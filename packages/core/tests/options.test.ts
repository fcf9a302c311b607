import { describe, expect, test } from 'vitest'
import { checkKeys, invalid, nearest, oneOf, unsupported } from '../dist/index.js'

describe('nearest', () => {
  const known = ['timeoutMs', 'memoryBytes', 'hostCalls']
  test.each([
    ['timeoutMS', 'timeoutMs'],
    ['timeoutM', 'timeoutMs'],
    ['memorybytes', 'memoryBytes'],
    ['hostCall', 'hostCalls'],
    ['zzz', undefined],
    ['x'.repeat(1_000_000), undefined],
  ])('%#', (word, found) => expect(nearest(word, known)).toBe(found))
})

describe('checkKeys', () => {
  const known = ['form', 'input']
  test('known keys pass, inherited ones do not count', () => {
    expect(() =>
      checkKeys(Object.create({ strange: 1 }, { form: { value: 1, enumerable: true } }) as object, known, 'request'),
    ).not.toThrow()
  })
  test('the first unknown one is named', () => {
    expect(() => checkKeys({ inptu: 1 }, known, 'request')).toThrow('request has no key "inptu". Did you mean "input"?')
  })
  test.each(['__proto__', 'constructor'])('%s is unknown too', (key) => {
    expect(() => checkKeys(JSON.parse(`{"${key}":1}`) as object, known, 'request')).toThrow(`no key "${key}"`)
  })
})

test('oneOf', () => {
  expect(oneOf('form', 'a', ['a', 'b'])).toBe('a')
  expect(oneOf('form', undefined, ['a', 'b'])).toBeUndefined()
  for (const value of ['c', null, 1, ['a']]) expect(() => oneOf('form', value, ['a', 'b'])).toThrow('form must be one of a, b')
})

test('the errors carry code and path, and cut what stood there', () => {
  expect(invalid('a.b', 'is wrong', 'x'.repeat(1_000))).toMatchObject({ code: 'BEDDEL_INVALID_OPTION', details: { path: 'a.b' } })
  expect(invalid('a.b', 'is wrong', 'x'.repeat(1_000)).message.length).toBeLessThan(150)
  expect(unsupported('wasm', 'is not there.', { engine: 'e' })).toMatchObject({
    code: 'BEDDEL_OPTION_UNSUPPORTED',
    phase: 'configure',
    details: { path: 'wasm', engine: 'e' },
  })
})
