import { expect, test } from 'vitest'
import { fuzz } from '../src/fuzz/target.ts'
import { TARGETS } from '../src/fuzz/targets.ts'

const SECONDS = 3
// Another one each time: what it finds can be had again by the line that is printed.
const seed = Math.floor(Math.random() * 2 ** 31)

test.for(TARGETS)('$name: $says', { timeout: 120_000 }, async (target) => {
  const { runs, failure } = await fuzz(target, { seed, seconds: SECONDS })
  console.log(`${target.name}: ${runs} cases, seed ${seed}`)
  expect(failure === undefined ? [] : [`pnpm fuzz --only ${target.name} --seed ${seed} --path ${failure.path}`, failure]).toEqual([])
  expect(runs).toBeGreaterThan(0)
})
