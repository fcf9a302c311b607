import { beforeAll, expect, test } from 'vitest'
import { SandboxThreatDetector } from '../dist/index.js'
import { figures, judged, type Judged } from '../scripts/evidence.mjs'

let rows: Judged[]
beforeAll(async () => {
  rows = await judged(new SandboxThreatDetector())
})

test('there are at least 300 of each kind, each once, with their sources named', () => {
  const { benign, hostile } = figures(rows)
  expect(benign).toBeGreaterThanOrEqual(300)
  expect(hostile).toBeGreaterThanOrEqual(300)
  expect(new Set(rows.map(({ code }) => code)).size).toBe(rows.length)
  for (const { hostile: bad, what } of rows) expect(what).toMatch(bad ? /^[\w-]+$/ : /^[\w.-]+@\d+\.\d+\.\d+ \S+ \S+$/)
})

test('no function of the six packages is blocked', () => {
  const six = /^(?:lodash|date-fns|moment|uuid|mathjs|underscore)@/
  const own = rows.filter(({ hostile, what }) => !hostile && six.test(what))
  expect(own.length).toBeGreaterThan(200)
  expect(own.filter(({ blocked }) => blocked).map(({ what }) => what)).toEqual([])
})

test.each(['develop', 'report'] as const)('the figures of the %s set hold', (set) => {
  const { precision, recall, rocAuc, benign, hostile } = figures(rows.filter((row) => row.set === set))
  expect(Math.min(benign, hostile)).toBeGreaterThan(100)
  expect(recall).toBeGreaterThanOrEqual(0.95)
  expect(precision).toBeGreaterThanOrEqual(0.97)
  expect(rocAuc).toBeGreaterThanOrEqual(0.98)
})

test('a benign function does not take more work than an analysis may do, also where it comes many times', async () => {
  const detector = new SandboxThreatDetector({ cacheSize: 0 })
  const stopped: string[] = []
  for (const { code, what } of rows.filter(({ hostile }) => !hostile)) {
    const { problem } = await detector.analyzeCode(`(${code});\n`.repeat(16))
    if (problem !== undefined) stopped.push(`${what}: ${problem.code}`)
  }
  expect(stopped).toEqual([])
})
