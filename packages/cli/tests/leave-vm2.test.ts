import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const main = new URL('../dist/main.js', import.meta.url).pathname
const PROGRAM = `// Rules that customers write.
import { VM } from 'vm2'

const source = process.argv[2]
const log = []
const vm = new VM({ timeout: 300, sandbox: { order: { total: 120, lines: [20, 100] }, round: (n) => Math.round(n), log: (text) => { log.push(text) } } })
try {
  const result = await vm.run(source)
  console.log(JSON.stringify({ result, log }))
} catch (error) {
  console.log(JSON.stringify({ error: error.name, code: error.code }))
}
process.exit()
`
const RULES = [
  'order.total > 100 ? order.total * 0.9 : order.total',
  'log("seen"); order.lines.map((n) => round(n / 3))',
  '(async () => (await Promise.all(order.lines.map(async (n) => n + 1))).join())()',
  'throw new TypeError("no rule")',
  'for (;;) {}',
]
/** vm2's timeout is over before promise jobs run: its host never comes back. */
const STALL = '(async () => { for (;;) await 0 })()'

let project: string
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'beddel-leave-'))
  const require = createRequire(import.meta.url)
  const migration = require.resolve('@beddel/vm2-migration')
  const legacy = createRequire(migration).resolve('@beddel/executor-vm2-legacy')
  const vm2 = createRequire(legacy).resolve('vm2/package.json')
  mkdirSync(join(project, 'node_modules/@beddel'), { recursive: true })
  symlinkSync(dirname(vm2), join(project, 'node_modules/vm2'))
  symlinkSync(dirname(dirname(migration)), join(project, 'node_modules/@beddel/vm2-migration'))
  writeFileSync(join(project, 'rules.mjs'), PROGRAM)
  writeFileSync(
    join(project, 'wait-for-shadows.mjs'),
    `import { flushShadows } from '@beddel/vm2-migration'
const { exit } = process
process.exit = () => void flushShadows().then(() => exit())`,
  )
  writeFileSync(
    join(project, 'without-vm2.mjs'),
    `import { registerHooks } from 'node:module'
registerHooks({ resolve(specifier, context, next) {
  if (specifier === 'vm2' || specifier === '@beddel/executor-vm2-legacy') throw new Error('not installed: ' + specifier)
  return next(specifier, context)
} })`,
  )
})
afterAll(() => rmSync(project, { recursive: true }))

const run = (source: string, engine = '', flags: string[] = [], timeout = 20_000): string => {
  const env = { ...process.env, BEDDEL_SUPPRESS_VM2_WARNING: '1', BEDDEL_VM2_ENGINE: engine }
  const { stdout, signal } = spawnSync(process.execPath, [...flags, 'rules.mjs', source], {
    cwd: project,
    encoding: 'utf8',
    env,
    timeout,
  })
  return signal ?? stdout.trim()
}
interface Row {
  site: string
  call: string
  mode: string
  first: { engine: string }
  second?: { engine: string }
  differences: { kind: string }[]
}
/** What was recorded since it was last asked. */
const recorded = (): Row[] => {
  const folder = join(project, '.beddel/migration')
  const names = existsSync(folder) ? readdirSync(folder) : []
  const text = names.map((name) => readFileSync(join(folder, name), 'utf8')).join('')
  rmSync(folder, { recursive: true, force: true })
  return text === ''
    ? []
    : text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Row)
}
const migrate = (...args: string[]) => spawnSync(process.execPath, [main, 'migrate', ...args], { cwd: project, encoding: 'utf8' })

test('from vm2 to none of it, with the same answers at each step', { timeout: 180_000 }, () => {
  const before = RULES.map((rule) => run(rule))
  expect(before).toEqual([
    '{"result":108,"log":[]}',
    '{"result":[7,33],"log":["seen"]}',
    '{"result":"21,101","log":[]}',
    '{"error":"TypeError"}',
    '{"error":"Error","code":"ERR_SCRIPT_EXECUTION_TIMEOUT"}',
  ])

  // 1 and 2: look, and change the import.
  expect(migrate('scan').stdout).toMatch(/rules\.mjs[^]*new VM {2}easy/)
  expect(migrate('codemod', '*.mjs', '--write').status).toBe(0)
  expect(readFileSync(join(project, 'rules.mjs'), 'utf8')).toMatch(/from '@beddel\/vm2-migration'[^]*name: 'rules:top', timeout: 300/)
  expect(RULES.map((rule) => run(rule))).toEqual(before)

  // 3: vm2 answers, and isolated-vm does too.
  const toml = (text: string): void =>
    writeFileSync(join(project, 'beddel.toml'), `[migration]\nengine = "isolated-vm"\nmode = "shadow"\n${text}`)
  toml('')
  const waiting = ['--import', './wait-for-shadows.mjs']
  // A host function, a promise, and a loop. The process ends when the shadow has answered too, which may take it 30 s.
  for (const i of [1, 2, 4]) expect(run(RULES[i] as string, '', waiting, 40_000)).toBe(before[i])
  const shadowed = recorded()
  expect(['run', 'settle'].map((name) => shadowed.filter(({ call }) => call === name).length)).toEqual([3, 1])
  for (const { site, mode, second, differences } of shadowed) {
    expect([site, mode, second?.engine]).toEqual(['rules:top', 'shadow', 'isolated-vm'])
    expect(differences.filter(({ kind }) => kind !== 'timing')).toEqual([])
  }

  // 4: a share of a call site: none of it, and all of it.
  const canary = (percentage: number): void =>
    toml(`[[migration.rules]]\nsite = "rules:*"\nmode = "canary"\npercentage = ${percentage}\nshare = 0\n`)
  canary(0)
  expect(run(RULES[0] as string)).toBe(before[0])
  expect(recorded()).toEqual([])
  canary(100)
  expect(run(RULES[2] as string)).toBe(before[2])
  expect(run(STALL)).toBe('{"error":"Error","code":"ERR_SCRIPT_EXECUTION_TIMEOUT"}')
  expect(new Set(recorded().map(({ mode, first }) => `${mode} ${first.engine}`))).toEqual(new Set(['canary isolated-vm']))
  rmSync(join(project, 'beddel.toml'))

  // 5: another engine for all, and the stall that vm2 does not stop is stopped.
  for (const engine of ['isolated-vm', 'quickjs']) {
    expect(RULES.map((rule) => run(rule, engine))).toEqual(before)
    expect(run(STALL, engine)).toBe('{"error":"Error","code":"ERR_SCRIPT_EXECUTION_TIMEOUT"}')
  }

  // 6: without vm2.
  const without = ['--import', './without-vm2.mjs']
  expect(RULES.map((rule) => run(rule, 'isolated-vm', without))).toEqual(before)
  expect(run('1', 'vm2', without)).toBe('')
})

test('the stall does stall vm2', { timeout: 60_000 }, () => {
  const env = { ...process.env, BEDDEL_SUPPRESS_VM2_WARNING: '1', BEDDEL_VM2_ENGINE: 'vm2' }
  const { signal } = spawnSync(process.execPath, ['rules.mjs', STALL], { cwd: project, env, timeout: 8_000 })
  expect(signal).toBe('SIGTERM')
})
