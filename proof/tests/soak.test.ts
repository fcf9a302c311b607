import { expect, test } from 'vitest'
import { svgOf } from '../src/soak/report.ts'
import { soak } from '../src/soak/soak.ts'
import { verdictOf } from '../src/soak/verdict.ts'

const SECONDS = 60

// How fast it was says nothing while other tests run: `pnpm soak`, alone, looks at that too.
test(`${SECONDS} seconds of mixed tenants, engines and faults`, { timeout: 3 * SECONDS * 1_000 }, async () => {
  const result = await soak(SECONDS)
  const { slope } = verdictOf(result)
  console.log(`${result.runs} runs, ${result.killed} children killed, heap ${slope.toFixed(2)} MiB a minute`)
  expect(result.wrong).toEqual([])
  expect(result.left).toEqual({ children: 0, handles: [] })
  expect(slope).toBeLessThan(30)
  expect(result.runs).toBeGreaterThan(100)
  expect(svgOf(result)).toContain('Latency of the good guests')
})

const samples = (heap: (at: number) => number, p50: (at: number) => number) =>
  Array.from({ length: 120 }, (_, at) => ({
    at,
    heap: heap(at),
    p50: p50(at),
    p99: 0,
    resident: 0,
    children: 0,
    childrenResident: 0,
    handles: 0,
    runs: 0,
  }))
const quiet = { seconds: 120, runs: 1_000, byEngine: {}, killed: 0, replaced: 0, wrong: [], late: [], left: { children: 0, handles: [] } }

test.each([
  [
    'nothing',
    samples(
      () => 20,
      () => 5,
    ),
    [],
  ],
  [
    'a leak',
    samples(
      (at) => 20 + at / 6,
      () => 5,
    ),
    ['memory rises by 10.00 MiB a minute'],
  ],
  [
    'slower and slower',
    samples(
      () => 20,
      (at) => 5 + at / 10,
    ),
    ['runs became 1.63 times slower'],
  ],
])('the verdict sees %s', (_what, given, problems) => {
  expect(verdictOf({ ...quiet, samples: given }).problems).toEqual(problems)
})

test('the verdict sees what was left behind and what was wrong', () => {
  const { problems } = verdictOf({ ...quiet, samples: [], wrong: ['w'], late: ['l'], left: { children: 2, handles: ['PipeWrap'] } })
  expect(problems).toEqual(['w', 'l', '2 processes are left', 'handles are left: PipeWrap'])
})

test('the verdict sees that too little ran to see anything', () => {
  expect(verdictOf({ ...quiet, runs: 15, samples: [] }).problems).toEqual(['only 15 runs: too few to say that nothing is wrong'])
})
