import { expect, test } from 'vitest'
import { type AttackResult, ATTACKS, attackProvider } from '../dist/index.js'
import { PAIRS } from './pairs.js'

/** A bound for the whole, far above what it takes: each attack has its own times. */
const ALL_MS = ATTACKS.length * 1_000
const line = ({ id, standing, why }: AttackResult): string => `${id} ${standing}: ${why}`

test.for(PAIRS)('$name holds what it declares against every attack', { timeout: ALL_MS }, async ({ module, options, provider }) => {
  const { results, counts, capabilities, worst } = await attackProvider(module, { options })
  console.log(`${provider.id} ${JSON.stringify(options)}: ${JSON.stringify(counts)} worst ${JSON.stringify(worst)}`)
  expect(results.filter(({ standing }) => standing === 'breached' || standing === 'fault').map(line)).toEqual([])
  expect(results.length).toBe(ATTACKS.length)
  // Where the host is said to survive, none may have been lost; what was lost elsewhere is on record with its reason.
  const lost = results.filter((result) => result.lost !== undefined)
  if (capabilities.survivesGuest) expect(lost.map(line)).toEqual([])
  for (const result of lost) expect(result.standing).toBe('declared')
})
