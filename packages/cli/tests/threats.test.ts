import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeFrame } from '../src/threats/code-frame.js'

const main = new URL('../dist/main.js', import.meta.url).pathname
let folder: string

const FILES: Record<string, string> = {
  'good.js': 'const fetch = () => 1 // eval\nfetch()\n',
  'bad.js': `const p = 'pro'\nif (x) globalThis[p + 'cess'].exit()\n`,
  'typed.ts': `const a: string = 'ev'\nglobalThis[a + ('al' as string)]('1')\n`,
  'timing.js': 'performance.now()\n',
  'broken.js': 'let a =\n',
}
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'beddel-threats-'))
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text)
})
afterAll(() => rmSync(folder, { recursive: true }))

const scan = (...args: string[]) => spawnSync(process.execPath, [main, 'scan', ...args], { encoding: 'utf8', cwd: folder, timeout: 60_000 })

test('shows what was found with its lines, and fails by severity', () => {
  const { stdout, stderr, status } = scan('*.js', '*.ts')
  expect(stderr).toBe('')
  expect(status).toBe(1)
  expect(stdout).toContain('bad.js  score 90, critical, blocked')
  expect(stdout).toContain(`    > 2 | if (x) globalThis[p + 'cess'].exit()\n        |        ^^^^^^`)
  expect(stdout).toContain('comes to: process.exit')
  expect(stdout).toContain('broken.js  score 0, high, blocked')
  expect(stdout).not.toContain('good.js')
  expect(stdout).toContain('5 files: something in 4, 3 blocked. This is advice')
  expect(scan('good.js').status).toBe(0)
  expect(scan('timing.js').status).toBe(0)
  expect(scan('timing.js', '--fail-on', 'medium').status).toBe(1)
  expect(scan('*.js', '--fail-on', 'never').status).toBe(0)
  expect(scan('bad.js', '--ignore', 'process').status).toBe(0)
})

test('says the same as JSON', () => {
  const { files } = JSON.parse(scan('*.js', '*.ts', '--json').stdout) as { files: { file: string; analysis: { score: number } }[] }
  expect(Object.fromEntries(files.map(({ file, analysis }) => [file, analysis.score]))).toEqual({
    'bad.js': 90,
    'broken.js': 0,
    'good.js': 0,
    'timing.js': 40,
    'typed.ts': 80,
  })
})

test('says the same as SARIF', () => {
  const log = JSON.parse(scan('*.js', '*.ts', '--sarif').stdout) as Sarif
  expect(log.version).toBe('2.1.0')
  const [run] = log.runs as [Sarif['runs'][number]]
  const { rules } = run.tool.driver
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
  for (const { ruleId, ruleIndex, level, message, locations } of run.results) {
    expect(rules[ruleIndex]?.id).toBe(ruleId)
    expect(['error', 'warning', 'note']).toContain(level)
    expect(message.text).not.toBe('')
    const [{ physicalLocation }] = locations as [(typeof locations)[number]]
    expect(run.artifacts[physicalLocation.artifactLocation.index]?.location.uri).toBe(physicalLocation.artifactLocation.uri)
  }
  expect(run.results.find(({ ruleId }) => ruleId === 'process')).toMatchObject({
    level: 'error',
    locations: [
      { physicalLocation: { artifactLocation: { uri: 'bad.js' }, region: { startLine: 2, startColumn: 8, endLine: 2, endColumn: 35 } } },
    ],
  })
})

interface Sarif {
  version: string
  runs: {
    tool: { driver: { rules: { id: string }[] } }
    artifacts: { location: { uri: string } }[]
    results: {
      ruleId: string
      ruleIndex: number
      level: string
      message: { text: string }
      locations: { physicalLocation: { artifactLocation: { uri: string; index: number }; region?: object } }[]
    }[]
  }[]
}

test.each([
  [['nothing/*.js'], 'No file is meant by nothing/*.js'],
  [['good.js', '--json', '--sarif'], 'either --json or --sarif'],
  [['good.js', '--ignore', 'evel'], 'did you mean "eval"'],
  [['good.js', '--threshold', '101'], 'blockThreshold'],
  [['good.js', '--fail-on', 'terrible'], 'Allowed choices'],
])('%s is wrong usage', (args, words) => {
  const { stderr, status } = scan(...args)
  expect(status).toBe(2)
  expect(stderr).toContain(words)
})

test('a frame shows of a long line the part that matters', () => {
  const source = `${'a'.repeat(300)}eval(1)`
  const [line, mark] = codeFrame(source, { line: 1, column: 301, endLine: 1, endColumn: 308 }) as [string, string]
  expect(line.length).toBeLessThan(120)
  expect(line.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1)).toBe('eval(1)')
})
