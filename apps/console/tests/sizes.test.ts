import { expect, test } from 'vitest'
import { LIMIT_FIELDS, limitTexts, readLimits } from '../src/limit-fields.ts'
import { parseSize, sizeText } from '../src/sizes.ts'

test.each<[text: string, size: number | undefined]>([
  ['500', 500],
  [' 64k ', 65_536],
  ['32M', 33_554_432],
  ['1 G', 1_073_741_824],
  ['', undefined],
  ['1.5M', undefined],
  ['-1', undefined],
  ['1e3', undefined],
  ['10 seconds', undefined],
  ['99999999999999999', undefined],
])('%j is %j', (text, size) => expect(parseSize(text)).toBe(size))

test.each([0, 1, 1_000, 1_024, 1_536, 65_536, 5_000, 134_217_728])('%d is read back as it was written', (size) => {
  expect(parseSize(sizeText(size))).toBe(size)
})

test('every limit of the spec has its field', async () => {
  const { LIMIT_KEYS } = await import('@beddel/core')
  expect(LIMIT_FIELDS.map(({ name }) => name).toSorted()).toEqual(
    LIMIT_KEYS.filter((key) => key !== 'timeout' && key !== 'memoryLimit').toSorted(),
  )
})

test('blank limits are not stated, and wrong ones are named', () => {
  expect(readLimits({ timeoutMs: '100', memoryBytes: ' ', operations: 'many' })).toEqual({
    limits: { timeoutMs: 100 },
    wrong: ['operations'],
  })
  expect(readLimits(limitTexts({ memoryBytes: 33_554_432 })).limits).toEqual({ memoryBytes: 33_554_432 })
})
