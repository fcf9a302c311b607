import { expect, test } from 'vitest'
import { ATTACKS, FAMILIES, ORACLE_NAMES, positiveControl } from '../dist/index.js'

test('there are attacks of every family, judged by every oracle, each with an id of its own', () => {
  expect(ATTACKS.length).toBeGreaterThanOrEqual(700)
  expect(new Set(ATTACKS.map(({ id }) => id)).size).toBe(ATTACKS.length)
  expect(new Set(ATTACKS.map(({ family }) => family))).toEqual(new Set(FAMILIES))
  expect(new Set(ATTACKS.map(({ oracle }) => oracle))).toEqual(new Set(ORACLE_NAMES))
})

test.for(FAMILIES)('every attack of %s succeeds against the leaky provider', { timeout: 300_000 }, async (family) => {
  const verdicts = await positiveControl({ only: [family] })
  const proveNothing = verdicts.filter(({ succeeded }) => succeeded === undefined)
  expect(proveNothing.map(({ id, fault, endings }) => `${id} is an attack that proves nothing: ${fault ?? endings.join(', ')}`)).toEqual([])
  expect(verdicts.length).toBe(ATTACKS.filter((attack) => attack.family === family).length)
})
