import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Given, MAIN, runCli } from './run-cli.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'beddel-cli-'))
  const files = {
    'double.ts': 'const twice = (n: number): number => n * 2\nexport default { n: twice(input.n) }',
    'input.json': '{ "n": 21 }',
    'broken.json': '{ "n": ',
    'throws.mjs': "throw new Error('the module is broken')",
    'exits.mjs': 'process.exit(3)',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
})
afterAll(() => rmSync(folder, { recursive: true }))

const cli = (args: string[], given: Partial<Given> = {}) => runCli(args, { cwd: folder, ...given })

describe('run', () => {
  test.each([
    ['slow', '(sleep 0.5; echo 1+2)', '3'],
    ['long', `node -e 'process.stdout.write("/*" + "x".repeat(900000) + "*/7")'`, '7'],
  ])('a pipe that is %s', async (_how, writer, result) => {
    const command = `${writer} | "$NODE" "$MAIN" run -`
    const child = spawn('/bin/sh', ['-c', command], { env: { PATH: process.env.PATH, NODE: process.execPath, MAIN }, timeout: 25_000 })
    let out = ''
    child.stdout.on('data', (chunk) => (out += chunk))
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0)
    expect(out.trim()).toBe(result)
  })

  test('a TypeScript file with input: the result on stdout, exit code 0', async () => {
    const { code, out, err } = await cli(['run', 'double.ts', '--input', 'input.json'])
    expect([code, JSON.parse(out), err]).toEqual([0, { n: 42 }, ''])
  })

  test('code from stdin; the console goes to stderr, and cannot steer the terminal', async () => {
    const { code, out, err } = await cli(['run', '-'], { stdin: 'console.log("\\x1b]0;title\\x07 \\x9b31m"); "text"' })
    expect([code, out]).toEqual([0, 'text\n'])
    expect(err).toBe('\\u001b]0;title\\u0007 \\u009b31m\n')
  })

  test('values that JSON cannot say are shown, and undefined is nothing', async () => {
    expect((await cli(['run', '-'], { stdin: 'new Map([[1n, -0]])' })).out).toBe('Map(1) { 1n => -0 }\n')
    expect((await cli(['run', '-'], { stdin: 'undefined' })).out).toBe('')
  })

  test.each([
    ['a syntax error', 'let 3', 'BEDDEL_GUEST_SYNTAX'],
    ['an error that it throws', 'throw new TypeError("no")', 'BEDDEL_GUEST_THROWN'],
    ['a value that cannot cross', '(() => 1)', 'BEDDEL_NOT_TRANSFERABLE'],
  ])('exit code 1: %s', async (_, stdin, code) => {
    const result = await cli(['run', '-'], { stdin })
    expect(result).toMatchObject({ code: 1, out: '' })
    expect(result.err).toMatch(new RegExp(`^${code}: `))
  })

  test.each([
    ['an unknown flag', ['run', 'double.ts', '--timeot', '5'], '--timeout'],
    ['a time that is none', ['run', 'double.ts', '--timeout', '5s'], 'whole number'],
    ['a time of nothing', ['run', 'double.ts', '--timeout', '0'], 'whole number'],
    ['too little memory', ['run', 'double.ts', '--memory', '9999999'], 'memoryLimit'],
    ['no file', ['run'], 'file'],
    ['two files', ['run', 'double.ts', 'double.ts'], 'too many'],
    ['a file that is not there', ['run', 'gone.js'], 'ENOENT'],
    ['input that is no JSON', ['run', 'double.ts', '--input', 'broken.json'], 'no JSON (broken.json)'],
    ['everything from stdin', ['run', '-', '--input', '-'], 'both'],
    ['an engine that nobody knows', ['run', 'double.ts', '--engine', 'quikjs'], 'did you mean "quickjs"'],
    ['an unknown command', ['rnu'], 'run'],
    ['no command', [], 'Usage'],
  ])('exit code 2: %s', async (_, args, words) => {
    const result = await cli(args)
    expect(result).toMatchObject({ code: 2, out: '' })
    expect(result.err).toContain(words)
  })

  test.each([
    ['time', ['--timeout', '200'], 'for (;;);', 'BEDDEL_TIMEOUT'],
    ['memory', ['--memory', '16'], 'const a = []; for (;;) a.push({})', 'BEDDEL_MEMORY_LIMIT'],
    ['memory, on another engine', ['--memory', '2', '--engine', 'quickjs'], 'const a = []; for (;;) a.push({})', 'BEDDEL_MEMORY_LIMIT'],
    ['size', [], '"x".repeat(5e6)', 'BEDDEL_RESULT_TOO_LARGE'],
  ])('exit code 3: %s', async (_, flags, stdin, code) => {
    const result = await cli(['run', '-', ...flags], { stdin })
    expect(result).toMatchObject({ code: 3, out: '' })
    expect(result.err).toContain(`${code}: `)
  })

  test('exit code 4: an engine below the trust floor, a mistake in beddel.toml', async () => {
    const floor = await cli(['run', 'double.ts'], { env: { BEDDEL_SANDBOX_ENGINE: 'worker' } })
    expect(floor).toMatchObject({ code: 4, out: '' })
    expect(floor.err).toContain('BEDDEL_TRUST_FLOOR')
    const cwd = mkdtempSync(join(folder, 'toml-'))
    writeFileSync(join(cwd, 'beddel.toml'), '[sandbox]\ntimout_ms = 5')
    const toml = await cli(['run', '../double.ts'], { cwd })
    expect(toml.code).toBe(4)
    expect(toml.err).toContain('"timeout_ms"')
  })

  test('exit code 5: no engine can be used', async () => {
    // A host that may not start processes.
    const result = await cli(['run', 'double.ts'], { node: ['--permission', '--allow-fs-read=*', '--allow-addons'] })
    expect(result).toMatchObject({ code: 5, out: '' })
    expect(result.err).toContain('BEDDEL_NO_ENGINE')
  })

  test('--json prints one object, however it ended', async () => {
    const right = await cli(['run', 'double.ts', '--input', '-', '--json'], { stdin: '{"n": 1}' })
    expect(right).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(right.out)).toMatchObject({ success: true, result: { n: 2 }, engine: 'isolated-vm', codeHash: expect.any(String) })
    const wrong = await cli(['run', '-', '--json'], { stdin: 'console.warn("w"); throw { big: 1n }' })
    expect(wrong).toMatchObject({ code: 1, err: '' })
    expect(JSON.parse(wrong.out)).toMatchObject({
      success: false,
      error: { code: 'BEDDEL_GUEST_THROWN', guest: { value: { big: '1n' } } },
      logs: [{ level: 'warn', text: 'w' }],
    })
    const odd = await cli(['run', '-', '--json'], { stdin: 'new Set([1])' })
    expect(JSON.parse(odd.out)).toMatchObject({ success: true, resultText: 'Set(1) { 1 }' })
    expect(JSON.parse(odd.out)).not.toHaveProperty('result')
    const refused = await cli(['run', 'double.ts', '--json'], { env: { BEDDEL_SANDBOX_ENGINE: 'worker' } })
    expect([refused.code, JSON.parse(refused.out)]).toMatchObject([4, { success: false, error: { code: 'BEDDEL_TRUST_FLOOR' } }])
  })

  test('a long result gets through a pipe whole', async () => {
    const { code, out } = await cli(['run', '-'], { stdin: '"x".repeat(3e6)' })
    expect([code, out.length]).toEqual([0, 3_000_001])
  })

  test('a memory limit below the floor is said', async () => {
    const { code, err } = await cli(['run', '-', '--memory', '2'], { stdin: '1' })
    expect(code).toBe(0)
    expect(err).toMatch(/^note: /)
  })
})

describe('explain and doctor', () => {
  test('explain says what would run', async () => {
    const text = await cli(['explain'])
    expect(text.code).toBe(0)
    expect(text.out).toMatch(/^\* isolated-vm +yes/m)
    expect(JSON.parse((await cli(['explain', '--json'], { env: { BEDDEL_SANDBOX_ENGINE: 'quickjs' } })).out)).toMatchObject({
      chosen: 'quickjs',
      decidedBy: 'environment',
    })
    expect((await cli(['explain'], { env: { BEDDEL_SANDBOX_ENGINE: 'worker' } })).code).toBe(4)
  })

  test('doctor is content with an engine that has a boundary', async () => {
    const text = await cli(['doctor'])
    expect(text.code).toBe(0)
    expect(text.out).toContain(`Node ${process.versions.node} (ABI ${process.versions.modules})`)
    expect(text.out).toMatch(/^isolated-vm: usable, version \d/m)
    expect(text.out).toContain('not enforced')
    const json = JSON.parse((await cli(['doctor', '--json'])).out)
    expect(json).toMatchObject({ healthy: true, enginesWithBoundary: ['isolated-vm', 'quickjs'] })
  })

  test('doctor ends with 5 where there is none, and says why of each', async () => {
    const node = ['--permission', '--allow-fs-read=*', '--allow-addons']
    const { code, out } = await cli(['doctor', '--json'], { node })
    const json = JSON.parse(out)
    expect([code, json.healthy, json.enginesWithBoundary]).toEqual([5, false, []])
    for (const { usable, reason } of json.report.engines) expect([usable, reason]).toEqual([false, expect.stringMatching(/./)])
    expect((await cli(['doctor'], { node })).out).toContain('No engine with a boundary')
  })

  test('--help and --version load no engine and end with 0', async () => {
    expect(await cli(['--help'])).toMatchObject({ code: 0, err: '' })
    expect((await cli(['run', '--help'])).out).toContain('Exit codes:')
    expect((await cli(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('conformance', () => {
  const engines = fileURLToPath(new URL('../../../examples/node-vm-engine.mjs', import.meta.url))

  test.each([
    [['conformance'], 'Give either --engine or --module.'],
    [['conformance', '--engine', 'quickjs', '--module', 'x.js'], 'Give either --engine or --module.'],
    [['conformance', '--engine', 'quikjs'], 'did you mean "quickjs"?'],
    [['conformance', '--module', 'absent.js'], 'absent.js is not there.'],
    [['conformance', '--engine', 'quickjs', '--options', '['], '--options is no JSON'],
    [['conformance', '--engine', 'quickjs', '--only', 'no-such-family'], 'no-such-family'],
  ])('%s is wrong usage', async (args, says) => {
    const { code, err } = await cli(args)
    expect([code, err.includes(says)]).toEqual([2, true])
  })

  test('an engine by its name: a report for a person, exit code 0', async () => {
    const { code, out, err } = await cli(['conformance', '--engine', 'quickjs', '--only', 'host-calls'])
    expect(code).toBe(0)
    expect(out).toContain('It holds what it declares.')
    // Where stderr is no terminal, a line for each suite and family that is through.
    expect(err).toMatch(/^host-calls: (\d+) performed \(\1 of \1\)\n$/)
  })

  test('an engine of one’s own that claims what it has not: JSON, exit code 1', async () => {
    const args = ['--export', 'boastfulProvider', '--json', '--only', 'stack-traces/hook-error']
    const { code, out } = await cli(['conformance', '--module', engines, ...args])
    const { conforms, attacks } = JSON.parse(out) as { conforms: boolean; attacks: { results: { standing: string }[] } }
    expect([code, conforms, attacks.results.map(({ standing }) => standing)]).toEqual([1, false, ['breached']])
  })

  // Not one by one for each of its thousand cases: the runner of the tests would end the command before.
  test.each([
    ['no provider', ['--module', fileURLToPath(new URL('../../../examples/hello.mjs', import.meta.url))], 'exports no provider', 2],
    ['several', ['--module', engines], 'several providers (boastfulProvider, nodeVmProvider)', 2],
    ['no such export', ['--module', engines, '--export', 'nope'], 'has no export nope', 2],
    ['the same for attacks', ['--module', engines, '--export', 'nope', '--only', 'host-calls'], 'has no export nope', 2],
    ['no such placement', ['--engine', 'quickjs', '--placement', 'moon'], 'moon', 2],
    ['no such option', ['--engine', 'quickjs', '--options', '{"foo":1}'], 'foo', 2],
    ['a module that throws', ['--module', 'throws.mjs'], 'the module is broken', 5],
    ['a module that ends its host', ['--module', 'exits.mjs'], 'before it had made an executor', 5],
  ])('%s: it says so at once', async (_what, args, says, exitCode) => {
    const { code, err } = await cli(['conformance', ...args])
    expect([code, err.startsWith('error: '), err.includes(says)]).toEqual([exitCode, true, true])
    if (exitCode === 2) expect(err.trim()).not.toContain('\n')
  })
})
