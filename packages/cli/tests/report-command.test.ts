import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { many, recording, writeRecordings } from './recordings.js'

const main = new URL('../dist/main.js', import.meta.url).pathname
const RULES = 'src/rules:check'
const PLUGINS = 'src/plugins:load'

let project: string
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'beddel-report-'))
  writeRecordings(join(project, '.beddel/migration'), {
    'a.jsonl': many(120, (i) => recording({ site: RULES, at: Date.now() - i * 60_000 })),
    'b.jsonl': many(120, () =>
      recording({ site: PLUGINS, differences: [{ kind: 'host-object', path: 'sandbox.cache', message: 'The guest changed it.' }] }),
    ),
  })
  mkdirSync(join(project, 'empty'))
})
afterAll(() => rmSync(project, { recursive: true }))

const migrateReport = (...args: string[]) =>
  spawnSync(process.execPath, [main, 'migrate', 'report', ...args], { cwd: project, encoding: 'utf8' })

describe('the step of the guide', () => {
  test('the table says what is ready, and why another is not', () => {
    const { stdout, status, stderr } = migrateReport()
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^1 of 2 call sites ready, 0 moved, 1 not ready\. 240 runs, 240 compared, 50 % of them equal/)
    expect(stdout).toMatch(/src\/plugins:load +not ready +120 +120 +0 % +1 ms → 2 ms/)
    expect(stdout).toContain('not ready because: 120 runs with a difference of the kind host-object; none may have one')
    expect(stdout).toContain('host-object, 120 runs; one: The guest changed it. (sandbox.cache)')
    expect(stdout).toMatch(/src\/rules:check +ready +120 +120 +100 %/)
  })

  test('a script asks whether a call site is ready', () => {
    expect(migrateReport('--require-ready').status).toBe(1)
    expect(migrateReport('--require-ready', '--site', 'src/rules:*').status).toBe(0)
    expect(migrateReport('--require-ready', '--site', 'src/rules:*', '--min-runs', '121').status).toBe(1)
    expect(migrateReport('--require-ready', '--site', 'src/rules:*', '--since', '1h').status).toBe(1)
    expect(migrateReport('--require-ready', '--site', 'src/rules:*', '--since', '1h', '--min-runs', '50').status).toBe(0)
    expect(migrateReport('--require-ready', '--site', 'nothing').status).toBe(1)
    expect(migrateReport('--require-ready', 'empty').status).toBe(1)
  })

  test('--json has the rules and the numbers to compute the verdict again', () => {
    const { v, rules, sites } = JSON.parse(migrateReport('--json', '--min-equal', '95').stdout) as {
      v: number
      rules: { minRuns: number; minEqual: number; noKinds: string[] }
      sites: { site: string; state: string; compared: number; equal: number; differences: { kind: string }[] }[]
    }
    expect([v, rules.minEqual, sites.length]).toEqual([1, 0.95, 2])
    for (const { state, compared, equal, differences } of sites) {
      const ready =
        compared >= rules.minRuns && equal / compared >= rules.minEqual && !differences.some(({ kind }) => rules.noKinds.includes(kind))
      expect(state).toBe(ready ? 'ready' : 'not-ready')
    }
  })
})

test.each([
  ['a folder that is not there', ['nowhere'], 'shadow mode'],
  ['a file in its place', ['.beddel/migration/a.jsonl'], 'ENOTDIR'],
  ['a time that is none', ['--since', 'yesterday'], '30m, 12h'],
  ['a number that is none', ['--min-runs', '0'], 'whole number'],
  ['a share that is none', ['--min-equal', '101'], '0 to 100'],
  ['a page that cannot be written', ['--html', 'nowhere/page.html'], 'ENOENT'],
  ['an unknown flag', ['--htlm', 'x'], '--html'],
])('exit code 2: %s', (_, args, words) => {
  const { status, stdout, stderr } = migrateReport(...args)
  expect([status, stdout]).toEqual([2, ''])
  expect(stderr).toContain(words)
})

test('exit code 2 where a file cannot be read, and the report of the others', () => {
  writeRecordings(join(project, 'partly'), { 'a.jsonl': [recording()] })
  mkdirSync(join(project, 'partly/b.jsonl'))
  const { status, stdout, stderr } = migrateReport('partly', '--json')
  expect(status).toBe(2)
  expect(JSON.parse(stdout)).toMatchObject({ read: { recordings: 1 }, unreadable: [{ file: 'b.jsonl' }] })
  expect(stderr).toContain('b.jsonl cannot be read')
})

test('an empty folder is said, and is no mistake', () => {
  const { status, stdout } = migrateReport('empty', '--html', 'empty.html')
  expect([status, stdout]).toEqual([0, 'No recordings in empty.\n'])
  expect(readFileSync(join(project, 'empty.html'), 'utf8')).toContain('No recordings in empty.')
})

describe('the page', () => {
  const HOSTILE = '</style></title><script>alert(1)</script><img src=x onerror=alert(1)>"\'`&lt;'
  let page: string
  beforeAll(() => {
    const ending = { engine: HOSTILE, type: HOSTILE, code: HOSTILE, value: HOSTILE, message: HOSTILE, ok: false }
    const differences = [{ kind: 'value', path: HOSTILE, message: HOSTILE }]
    writeRecordings(join(project, HOSTILE.replaceAll('/', '_')), {
      'a.jsonl': [
        ...many(50, (i) =>
          recording({ at: i * 1e7, site: `${HOSTILE}${i}`, call: HOSTILE, mode: HOSTILE, first: ending, second: ending, differences }),
        ),
        recording({ site: HOSTILE, file: HOSTILE, second: false, skipped: HOSTILE }),
        { v: 1, at: 1, event: 'fall-back', site: HOSTILE, from: HOSTILE, to: HOSTILE, rate: 1, threshold: 0, runs: 1 },
        recording({ differences: [{ kind: HOSTILE, message: 'x' }] }),
      ],
    })
    const { status } = migrateReport(HOSTILE.replaceAll('/', '_'), '--html', 'page.html')
    expect(status).toBe(0)
    page = readFileSync(join(project, 'page.html'), 'utf8')
  })

  test('what is in recordings is text in it, wherever it stands', () => {
    const tags = new Set([...page.matchAll(/<\/?([a-z!][\w-]*)/gi)].map(([, name]) => (name as string).toLowerCase()))
    expect([...tags].sort()).toEqual(
      (
        '!doctype a article b badge bdi body circle code dd div dl dt figcaption figure footer h1 h2 h3 head html i li line meta p rect section span style svg ' +
        'table tbody td text th thead title tr ul'
      )
        .split(' ')
        .filter((name) => name !== 'badge'),
    )
    expect(page.match(/<style>/g)).toHaveLength(1)
    expect(page.match(/<\/style>/g)).toHaveLength(1)
    expect(page).not.toMatch(/<[^>]*\son\w+\s*=/i)
    // Each attribute has its quotes, and nothing breaks out of them.
    for (const [tag] of page.slice(page.indexOf('<body>')).matchAll(/<[a-z][^>]*>/gi)) {
      expect(tag).toMatch(/^<[a-z][a-z0-9]*(?: [a-z][\w-]*="[^"<>]*")*\/?>$/i)
    }
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page).toContain('&amp;lt;')
  })

  test('it loads nothing, and runs nothing', () => {
    expect(page).toContain(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`)
    const attributes = [...page.slice(page.indexOf('<body>')).matchAll(/\s(src|href|action|style|xlink:href|data|srcset)="([^"]*)"/g)]
    expect(attributes.map(([, name, value]) => `${name} ${value?.slice(0, 6)}`)).toEqual(attributes.map(() => 'href #site-'))
    expect(page.slice(page.indexOf('<style>'), page.indexOf('</style>'))).not.toMatch(/url\(|@import|http/)
  })

  test('it opens and closes what it has, and each link has its place', () => {
    const open: string[] = []
    for (const [, slash, name, closed] of page
      .slice(page.indexOf('<body>'), page.indexOf('</body>'))
      .matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/g)) {
      if (slash === '/') expect(open.pop()).toBe(name)
      else if (closed !== '/') open.push(name as string)
    }
    expect(open).toEqual(['body'])
    const ids = new Set([...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id))
    for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target)
    expect(ids.size).toBe(52)
  })

  test('charts are for 40 call sites at most, and it says so', () => {
    expect(page.match(/<p class="lane">/g)).toHaveLength(40)
    expect(page).toContain('the first 40 of 51 call sites')
  })
})
