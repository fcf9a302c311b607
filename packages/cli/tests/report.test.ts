import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DurationSketch } from '../src/migrate/report/duration-sketch.js'
import { LONGEST_LINE } from '../src/migrate/report/lines.js'
import { RULES } from '../src/migrate/report/readiness.js'
import { parseLine } from '../src/migrate/report/recording.js'
import { makeReport, type Report, type SiteReport } from '../src/migrate/report/report.js'
import { since } from '../src/migrate/report/since.js'
import { tableOf } from '../src/migrate/report/table.js'
import { Timeline } from '../src/migrate/report/timeline.js'
import { percent } from '../src/migrate/report/words.js'
import { many, recording, writeRecordings } from './recordings.js'

let root: string
let folders = 0
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'beddel-report-'))
})
afterAll(() => rmSync(root, { recursive: true }))

const folder = (files: Record<string, readonly object[] | string>): string => writeRecordings(join(root, String(folders++)), files)
const report = (files: Record<string, readonly object[] | string>, choice: object = {}): Promise<Report> =>
  makeReport(folder(files), { rules: RULES, ...choice })
const siteOf = async (lines: readonly object[]): Promise<SiteReport> => (await report({ 'a.jsonl': lines })).sites[0] as SiteReport

describe('one call site', () => {
  test('runs, share equal, latency of both, skipped, modes', async () => {
    const site = await siteOf([
      ...many(95, (i) => recording({ first: { ms: i + 1 }, second: { ms: 2 * (i + 1) } })),
      ...many(5, () => recording({ second: { type: 'string' }, differences: [{ kind: 'value', path: 'result.n', message: 'other' }] })),
      ...many(7, () => recording({ second: false, skipped: 'share' })),
      recording({ second: false, skipped: 'busy', mode: 'canary' }),
    ])
    expect(site).toMatchObject({
      site: 'src/rules:check',
      runs: 108,
      compared: 100,
      equal: 95,
      equalShare: 0.95,
      skipped: { share: 7, busy: 1 },
      modes: { shadow: 107, canary: 1 },
      differences: [{ kind: 'value', runs: 5, example: { path: 'result.n', message: 'other', first: 'number', second: 'string' } }],
    })
    expect(site.first?.p95).toBeCloseTo(90, -1)
    expect(site.second?.p95).toBeCloseTo(180, -1)
    expect(site.because).toEqual(['95 % of the compared runs are equal; 99.9 % is wanted'])
  })

  test('a run that is only slower is equal, and told', async () => {
    const site = await siteOf(many(100, () => recording({ differences: [{ kind: 'timing', message: 'slow' }] })))
    expect(site).toMatchObject({ state: 'ready', equal: 100, differences: [{ kind: 'timing', runs: 100 }] })
  })

  test('what is known before another engine runs counts too', async () => {
    const site = await siteOf([
      ...many(100, () => recording()),
      recording({ second: false, skipped: 'host-object', differences: [{ kind: 'host-object', path: 'sandbox.f', message: 'bound' }] }),
      recording({ differences: [{ kind: 'host-object', path: 'sandbox.g', message: 'x' }] }),
    ])
    expect(site.differences).toMatchObject([
      { kind: 'host-object', runs: 2, example: { path: 'sandbox.f', first: 'number', second: undefined } },
    ])
    expect(site.because).toContainEqual(expect.stringMatching(/^2 runs with a difference of the kind host-object/))
  })

  test('failures of both, by code or class', async () => {
    const site = await siteOf([
      recording({ first: { ok: false, type: 'TypeError' }, second: { ok: false, type: 'TypeError' } }),
      recording({ second: { ok: false, type: 'Error', code: 'BEDDEL_TIMEOUT' }, differences: [{ kind: 'error', message: 'x' }] }),
    ])
    expect(site.first).toMatchObject({ failures: 1, codes: { TypeError: 1 } })
    expect(site.second).toMatchObject({ failures: 2, codes: { TypeError: 1, BEDDEL_TIMEOUT: 1 } })
    expect(site.differences[0]?.example).toMatchObject({ first: 'number', second: 'Error BEDDEL_TIMEOUT' })
  })

  test('values are shown where they were recorded', async () => {
    const site = await siteOf([
      recording({ first: { value: '[1]' }, second: { value: '[2]' }, differences: [{ kind: 'value', message: 'x' }] }),
    ])
    expect(site.differences[0]?.example).toMatchObject({ first: 'number: [1]', second: 'number: [2]' })
  })

  test('only the engine that was compared last counts', async () => {
    const site = await siteOf([
      ...many(50, () => recording({ at: 1, second: { engine: 'quickjs' }, differences: [{ kind: 'value', message: 'x' }] })),
      ...many(100, () => recording({ at: 2 })),
    ])
    expect(site).toMatchObject({ state: 'ready', compared: 100, comparedWithOthers: { quickjs: 50 }, differences: [] })
  })

  test('call sites without a name are told apart by their file', async () => {
    const { sites } = await report({ 'a.jsonl': ['a.js', 'b.js', undefined].map((file) => recording({ site: '(unnamed)', file })) })
    expect(sites.map(({ site }) => site).sort()).toEqual(['(unnamed)', '(unnamed) in a.js', '(unnamed) in b.js'])
  })
})

describe('the rules', () => {
  const enough = many(100, () => recording())
  const fallBack = {
    v: 1,
    at: 9,
    event: 'fall-back',
    site: 'src/rules:check',
    from: 'canary',
    to: 'shadow',
    cause: 'failures',
    rate: 0.2,
    threshold: 0.1,
    runs: 50,
  }
  const failing = (engine: string, mode: string, failures: number): object[] =>
    many(100, (i) => recording({ second: false, mode, first: { engine, ok: i >= failures, type: 'Error' } }))

  test.each([
    ['all of them met', enough, []],
    ['too few', enough.slice(1), [/^99 compared runs; 100 are wanted$/]],
    ['none at all', [recording({ second: false, mode: 'vm2' })], [/^0 compared runs/]],
    ['one in a thousand may differ', [...many(999, () => recording()), recording({ differences: [{ kind: 'value', message: 'x' }] })], []],
    [
      'two may not',
      [...many(998, () => recording()), ...many(2, () => recording({ differences: [{ kind: 'value', message: 'x' }] }))],
      [/^99\.8 % of/],
    ],
    ...['host-object', 'sync-only', 'missing-global', 'host-call'].map((kind): [string, object[], RegExp[]] => [
      kind,
      [...many(9999, () => recording()), recording({ differences: [{ kind, message: 'x' }] })],
      [new RegExp(`^1 run with a difference of the kind ${kind}`)],
    ]),
    [
      'not comparable',
      [...enough, ...many(12, () => recording({ second: false, skipped: 'memory' }))],
      [/^12 runs could not be compared \(memory 12\), which is 10\.7 %/],
    ],
    ['not compared by choice', [...enough, ...many(900, () => recording({ second: false, skipped: 'share' }))], []],
    ['a fall-back', [...enough, fallBack], [/^1 automatic fall-back, the last from canary to shadow \(failures\) at 1970/]],
    ['more failures', [...enough, ...failing('isolated-vm', 'canary', 3)], [/^3 % of the runs that isolated-vm answered failed, and 0 %/]],
    [
      'as many failures',
      [...enough.map(() => recording({ first: { ok: false }, second: { ok: false } })), ...failing('isolated-vm', 'canary', 90)],
      [],
    ],
  ])('%s', async (_, lines, because) => {
    const site = await siteOf(lines)
    expect(site.because).toEqual(because.map((words) => expect.stringMatching(words)))
    expect(site.state).toBe(because.length === 0 ? 'ready' : 'not-ready')
  })

  test('a call site that has moved is judged by what runs now', async () => {
    expect(await siteOf(failing('isolated-vm', 'new', 0))).toMatchObject({ state: 'moved', because: [] })
    const worse = [...many(100, () => recording({ at: 1 })), ...failing('isolated-vm', 'new', 50)]
    expect(await siteOf(worse)).toMatchObject({ state: 'not-ready', because: [expect.stringMatching(/^50 % of the runs/)] })
  })
})

describe('what is in the folder', () => {
  test('torn, foreign and other lines are counted, and the rest is read', async () => {
    const { read, sites } = await report({
      'a.jsonl': `${JSON.stringify(recording())}\n\n{"v":2,"at":1}\n{"v":1}\nnull\n[1]\nhello\n${JSON.stringify(recording()).slice(0, -9)}`,
      'b.jsonl': `\ufeff${JSON.stringify(recording())}`,
      'c.jsonl': `${JSON.stringify(recording())}\r\n"${'x'.repeat(LONGEST_LINE)}"\n${JSON.stringify(recording())}\n`,
      'd.jsonl': '',
      'notes.txt': 'not read',
    })
    expect(read).toMatchObject({ files: 4, lines: 11, recordings: 4, torn: 1, foreign: 4, otherVersion: 1, tooLong: 1 })
    expect(sites[0]?.runs).toBe(4)
  })

  test.each([
    ['no site', { site: 1 }],
    ['no number', { at: '1' }],
    ['a time that is none', { at: -1 }],
    ['a duration that is none', { first: { ms: -1 } }],
    ['no ending', { second: { ok: 'yes' } }],
    ['differences that are none', { differences: [1] }],
    ['no differences', { differences: null }],
    ['a reason that is none', { skipped: 5 }],
  ])('%s is no recording', (_, wrong) => expect(parseLine(JSON.stringify(recording(wrong)))).toBe('foreign'))

  test('a folder in the place of a file is said, and the others are read', async () => {
    const place = folder({ 'a.jsonl': [recording()] })
    mkdirSync(join(place, 'b.jsonl'))
    const made = await makeReport(place, { rules: RULES })
    expect(made).toMatchObject({ unreadable: [{ file: 'b.jsonl', problem: expect.stringMatching(/.+/) }], read: { recordings: 1 } })
    expect(tableOf(made)).toContain('b.jsonl cannot be read')
  })

  test('an empty one', async () => expect(tableOf(await report({}))).toMatch(/^No recordings in /))

  test('--since and --site choose', async () => {
    const lines = [
      recording({ at: 10 }),
      recording({ at: 20 }),
      recording({ at: 20, site: 'b', file: 'lib/b.js' }),
      recording({ at: 20, site: '(x)' }),
    ]
    const counts = async (choice: object): Promise<number[]> => {
      const { read } = await report({ 'a.jsonl': lines }, choice)
      return [read.recordings, read.notChosen]
    }
    expect(await counts({ since: 15 })).toEqual([3, 1])
    expect(await counts({ site: 'src/*:ch?ck' })).toEqual([2, 2])
    expect(await counts({ site: 'lib/*' })).toEqual([1, 3])
    expect(await counts({ site: '(x)' })).toEqual([1, 3])
    expect(await counts({ site: 'src/*', since: 15 })).toEqual([1, 3])
  })

  test('names beyond any number, and of any text, cost a bounded amount', async () => {
    const lines = many(3000, (i) =>
      recording({
        site: `s${i}`,
        call: `c${i}`,
        skipped: undefined,
        second: { engine: `e${i}`, code: `C${i}`, ok: false },
        differences: [{ kind: `k${i}`, message: 'x' }],
      }),
    )
    const { sites, read } = await report({ 'a.jsonl': [...lines, ...lines.map((line) => ({ ...line, site: 's0' }))] })
    expect([sites.length, read.beyond]).toEqual([1000, 2000])
    const [first] = sites as [SiteReport]
    expect(Object.keys(first.calls).length).toBeLessThan(30)
    expect(Object.keys(first.comparedWithOthers).length).toBeLessThan(10)
    expect(first.differences.map(({ kind }) => kind)).toEqual(['other'])
  })

  test('texts are on one line, of a bounded length, and steer nothing', async () => {
    const site = await siteOf([recording({ site: `a\n\u001b[31m\u202e${'x'.repeat(5000)}\ud800` })])
    expect(site.site.length).toBeLessThan(400)
    expect(site.site).toMatch(/^a\\u000a\\u001b\[31m\\u202ex+…$/)
    const proto = await siteOf([recording({ call: '__proto__', skipped: '__proto__', second: false })])
    expect(Object.keys(proto.calls)).toEqual(['__proto__'])
  })
})

test('a recording and a fall-back of the migration package are read as they are', () => {
  const ending = { engine: 'vm2', ms: 1, ok: false, type: 'Error', hash: 'x', code: 'C', message: 'm', value: 'v' }
  const written = {
    v: 1,
    at: 5,
    site: 's',
    file: 'f',
    tenant: 't',
    call: 'run',
    mode: 'shadow',
    first: ending,
    second: ending,
    skipped: 'busy',
    differences: [{ kind: 'host-call', path: 'p', message: 'd' }],
  }
  const { v: _v, tenant: _tenant, ...rest } = written
  const { hash: _hash, ...kept } = ending
  expect(parseLine(JSON.stringify(written))).toEqual({ ...rest, first: kept, second: kept })
  const event = {
    v: 1,
    at: 5,
    event: 'fall-back',
    site: 's',
    from: 'canary',
    to: 'shadow',
    cause: 'failures',
    rate: 0.5,
    threshold: 0.1,
    runs: 9,
  }
  const { v: _version, ...told } = event
  expect(parseLine(JSON.stringify(event))).toEqual(told)
})

test('quantiles are right to 1 %, of a million as of one', () => {
  const sketch = new DurationSketch()
  expect(sketch.quantile(0.5)).toBeUndefined()
  for (let i = 1; i <= 100_000; i++) sketch.add((i % 1000) + 1)
  for (const [q, wanted] of [
    [0.5, 500],
    [0.95, 950],
    [0.01, 10],
  ] as const)
    expect(Math.abs((sketch.quantile(q) as number) / wanted - 1)).toBeLessThan(0.0101)
  const one = new DurationSketch()
  one.add(7)
  expect([one.quantile(0.5), one.quantile(0.95)]).toEqual([7, 7])
  for (const odd of [0, 1e300]) one.add(odd)
  expect([one.quantile(0), one.quantile(1)].every((value) => Number.isFinite(value))).toBe(true)
})

test('time is told in a bounded number of bars, and no run is lost', () => {
  const timeline = new Timeline()
  const times = [...many(5000, (i) => ({ at: 1_000_000_000_000 + i * 777_777 })), { at: 0 }, { at: 8.64e15 }] as { at: number }[]
  for (const { at } of times) timeline.add(at, at % 2 === 0 ? 'equal' : 'alone')
  const bars = timeline.bars()
  expect(bars.length).toBeLessThanOrEqual(72)
  expect(bars.reduce((sum, { equal, alone }) => sum + equal + alone, 0)).toBe(times.length)
})

test('only all of it is 100 %', () =>
  expect([percent(1), percent(0.99999), percent(0.999), percent(0)]).toEqual(['100 %', '99.9 %', '99.9 %', '0 %']))

test('times that --since takes', () => {
  expect(since('2h', 7_200_001)).toBe(1)
  expect(since('2026-11-30', 0)).toBe(Date.UTC(2026, 10, 30))
  for (const wrong of ['2', 'h', 'yesterday', '2026', '2026-13-40', '-1d']) expect(() => since(wrong, 0)).toThrow(/is no time/)
})
