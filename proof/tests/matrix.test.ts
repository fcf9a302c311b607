import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Cell } from '../src/matrix/cells.ts'
import { isMissing, kitOf, kitOfCell, kitOfToday } from '../src/matrix/kit.ts'
import { intoReadme, markdownOf } from '../src/matrix/page.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const cells = Object.values(JSON.parse(read('docs/matrix.json')) as Record<string, Cell>)

test('the pages are what the data say', () => {
  expect(markdownOf(cells)).toBe(read('docs/matrix.md'))
  expect(intoReadme(read('README.md'), cells)).toBe(read('README.md'))
})

test('each cell has its day on the page', () => {
  const [cell] = cells as [Cell]
  expect(markdownOf([{ ...cell, date: '2031-02-03' }])).toContain(`| ${cell.pair} | 2031-02-03: `)
})

const today = kitOfToday()
const report = (tests: number, attacks: number, conforms = true): Cell => ({
  pair: 'p',
  node: '24.0.0',
  date: '2026-01-01',
  report: {
    ...(cells[0] as Cell).report,
    conforms,
    suites: { passed: tests, failed: 0 },
    attacks: { held: attacks - 2, declared: 1, refused: 1, breached: 0, fault: 0 },
  } as NonNullable<Cell['report']>,
})

test('a cell of an older kit is run again with those that are missing', () => {
  const { tests, attacks } = today
  expect(isMissing(undefined, today)).toBe(true)
  expect(isMissing(report(tests, attacks, false), today)).toBe(true)
  expect(isMissing({ pair: 'p', node: '24.0.0', date: '', problem: 'no engine' }, today)).toBe(true)
  expect(isMissing(report(tests, attacks), today)).toBe(false)
  expect(isMissing(report(tests - 1, attacks), today)).toBe(true)
  expect(isMissing(report(tests, attacks - 1), today)).toBe(true)
  expect(isMissing({ ...report(tests, attacks), kit: today }, today)).toBe(false)
  // As many, but not the same.
  expect(isMissing({ ...report(tests, attacks), kit: { ...today, hash: 'another' } }, today)).toBe(true)
})

test('the kit of a cell: its own, or what its results come to', () => {
  expect(kitOfCell(report(7, 9))).toEqual({ tests: 7, attacks: 9 })
  expect(kitOfCell({ ...report(7, 9), kit: today })).toBe(today)
  expect(kitOf(['a', 'b'], ['c']).hash).toBe(kitOf(['b', 'a'], ['c']).hash)
  expect(kitOf(['a', 'b'], ['c']).hash).not.toBe(kitOf(['a'], ['b', 'c']).hash)
})
