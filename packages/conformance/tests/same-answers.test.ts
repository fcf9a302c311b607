import { afterAll, describe, expect, test } from 'vitest'
import { ANSWER_SUITES, ANSWERS, describeConformance } from '../dist/index.js'
import { PAIRS } from './pairs.js'

test('the table is not small, and each case has its own name', () => {
  expect(ANSWERS.length).toBeGreaterThanOrEqual(120)
  expect(new Set(ANSWERS.map(({ name }) => name)).size).toBe(ANSWERS.length)
})

for (const { name, provider, options } of PAIRS) {
  describe(name, () => describeConformance(provider, { options, api: { afterAll, describe, test }, suites: ANSWER_SUITES }))
}
