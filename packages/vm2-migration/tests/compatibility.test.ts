import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { disposeEngines } from '@beddel/vm2-migration'
import { CASES, expected, outcomeOf } from './cases/index.ts'
import { compatibilityPage } from './table.ts'
import { toolsFor, VARIANTS } from './variants.ts'

beforeAll(() => {
  process.env.BEDDEL_SUPPRESS_VM2_WARNING = '1'
})
afterAll(disposeEngines)

describe.each(VARIANTS)('on $name', (variant) => {
  const tools = toolsFor(variant)
  test.each(CASES)('$area: $name', async (one) => {
    expect(await outcomeOf(one, tools)).toBe(expected(one, variant.engine))
  })
})

test('each difference has its reason', () => {
  for (const { name, others, quickjs, why } of CASES) {
    if (others !== undefined || quickjs !== undefined) expect(why, name).toMatch(/\w/)
  }
})

test('docs/vm2-compatibility.md is what the script makes of the cases', () => {
  const page = readFileSync(new URL('../../../docs/vm2-compatibility.md', import.meta.url), 'utf8')
  expect(page).toBe(compatibilityPage())
})
