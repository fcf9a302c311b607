import { afterAll, describe, expect, test } from 'vitest'
import { disposeAll, executorIn, PLACEMENTS } from './executors.js'

afterAll(disposeAll)
const NEW_YEAR = Date.UTC(2030, 0, 1)
const source = `
  const now = Date.now()
  for (let i = 0; i < 1e5; i++);
  return { now, later: Date.now(), zone: new Date(0).getTimezoneOffset(), text: String(new Date()), random: [Math.random(), Math.random()], uuid: crypto.randomUUID(), bytes: [...crypto.getRandomValues(new Uint8Array(5))] }`

describe.each(PLACEMENTS)('%s', (placement) => {
  test('with a clock and a seed, runs are the same to the bit', async () => {
    const executor = executorIn(placement, { web: true, clock: NEW_YEAR, seed: 7 })
    const runs = await Promise.all([0, 1, 2].map(() => executor.run(source)))
    const [first] = runs
    expect(first?.result).toMatchObject({
      now: NEW_YEAR,
      later: NEW_YEAR,
      zone: 0,
      uuid: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
    })
    for (const run of runs) expect(run.result).toEqual(first?.result)
    const other = await executorIn('in-process', { web: true, clock: NEW_YEAR, seed: 7 }).run(source)
    expect(other.result).toEqual(first?.result)
  })

  test('another seed is another run; none is never the same', async () => {
    const seeded = [7, 8].map((seed) => executorIn(placement, { web: true, clock: NEW_YEAR, seed }))
    const free = executorIn(placement, { web: true, clock: NEW_YEAR })
    const outcomes = await Promise.all([...seeded, free, free].map((executor) => executor.run(source)))
    expect(new Set(outcomes.map(({ result }) => JSON.stringify(result))).size).toBe(4)
  })
})
