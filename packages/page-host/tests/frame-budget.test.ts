import { expect, test } from 'vitest'
import { FrameBudget } from '../src/frame-budget.js'

test('a burst is let pass, a flood is not', () => {
  const budget = new FrameBudget()
  let passed = 0
  while (passed < 1_000_000 && budget.spend()) passed++
  expect(passed).toBeGreaterThan(40_000)
  expect(passed).toBeLessThan(200_000)
})
