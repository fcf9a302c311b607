import { describe, expect, test } from 'vitest'
import { FAMILIES, PATTERN_WEIGHTS, RULES, type Rule, SandboxThreatDetector } from '../src/index.js'
import { rulesTable, writtenTable } from '../scripts/rules-table.mjs'

const detector = new SandboxThreatDetector()

/** What one rule alone finds: others must not answer for it. */
async function finds({ id }: Rule, code: string): Promise<number> {
  const alone = new SandboxThreatDetector({ ignore: RULES.filter((rule) => rule.id !== id).map((rule) => rule.id) })
  const { patterns, problem } = await alone.analyzeCode(code)
  expect(problem).toBeUndefined()
  return patterns.filter(({ rule }) => rule === id).length
}

describe.each(RULES.map((rule) => [rule.id, rule] as const))('%s', (_, rule) => {
  test.each(rule.examples.match)('finds %s', async (code) => {
    expect(await finds(rule, code)).toBeGreaterThan(0)
  })
  test.each(rule.examples.no)('leaves %s', async (code) => {
    expect(await finds(rule, code)).toBe(0)
  })
})

test('ids are there once, weights are at most those of the pattern, and each rule has examples of both kinds', () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length)
  for (const { id, pattern, weight = 1, examples } of RULES) {
    expect.soft(weight, id).toBeLessThanOrEqual(PATTERN_WEIGHTS[pattern])
    expect.soft(examples.match.length, id).toBeGreaterThan(0)
    expect.soft(examples.no.length, id).toBeGreaterThan(0)
  }
})

test('both vocabularies are whole: 12 scored patterns, and 13 in five families', () => {
  expect(Object.keys(PATTERN_WEIGHTS)).toHaveLength(12)
  expect(Object.values(FAMILIES).flat()).toHaveLength(13)
  expect(Object.fromEntries(Object.entries(FAMILIES).map(([name, all]) => [name, all.length]))).toEqual({
    'vm-escape': 4,
    'process-access': 4,
    'prototype-pollution': 2,
    'file-system': 2,
    network: 1,
  })
  expect(new Set(RULES.map(({ pattern }) => pattern))).toEqual(new Set(Object.keys(PATTERN_WEIGHTS)))
  expect(new Set(RULES.flatMap(({ family }) => (family ? [family[1]] : [])))).toEqual(new Set(Object.values(FAMILIES).flat()))
})

test('a finding says what, where and why', async () => {
  const { patterns, score, severity, blocked } = await detector.analyzeCode(`let a = 1\n  const p = 'pro'; globalThis[p + 'cess'].exit()`)
  expect(patterns).toEqual([
    {
      name: 'PROCESS_ACCESS',
      rule: 'process',
      family: 'process-access',
      familyPattern: 'process-object',
      severity: 'critical',
      score: 90,
      line: 2,
      column: 20,
      endLine: 2,
      endColumn: 47,
      start: 29,
      end: 56,
      reason: 'process.exit is the process of the host.',
      text: 'process.exit',
    },
  ])
  expect({ score, severity, blocked }).toEqual({ score: 90, severity: 'critical', blocked: true })
})

test('the guide has the table of these rules', () => {
  // node packages/threat-detector/scripts/rules-table.mjs
  expect(writtenTable()).toBe(rulesTable({ RULES, PATTERN_WEIGHTS }))
})
