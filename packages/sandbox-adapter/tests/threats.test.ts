import { afterAll, beforeAll, expect, test } from 'vitest'
import { SandboxThreatDetector, type ThreatAnalysis, threatPolicy } from '@beddel/threat-detector'
import { SandboxAdapter } from '../dist/index.js'
import { allPolicies, allPoliciesNow, notThere, threatGateOf } from '../src/threat-gate.js'

const HIDDEN = `const p = 'pro'; globalThis[p + 'cess'].exit()`
const detector = new SandboxThreatDetector()
const sandbox = new SandboxAdapter({ policies: [threatPolicy({ detector })] })
beforeAll(() => sandbox.ready())
afterAll(async () => {
  await sandbox.dispose()
  await detector.dispose()
})

test('what the detector blocks is refused with the analysis, and the rest runs', async () => {
  expect(await sandbox.run(`const fetch = () => 2; fetch() + 1`)).toBe(3)
  const { error } = await sandbox.tryRun(HIDDEN)
  expect(error).toMatchObject({
    code: 'BEDDEL_POLICY',
    started: false,
    details: {
      policy: 'threats',
      score: 90,
      severity: 'critical',
      blockedBy: 'score',
      patterns: [{ name: 'PROCESS_ACCESS', text: 'process.exit' }],
    },
  })
  expect(error?.message).toContain('PROCESS_ACCESS at 1:18')
  expect((await sandbox.tryRun('let a = ')).error).toMatchObject({ code: 'BEDDEL_POLICY', details: { problem: { code: 'PARSE_ERROR' } } })
})

test('TypeScript is judged by the text that would run', async () => {
  expect(await sandbox.run(`const n: number = 3; n`, { language: 'ts' })).toBe(3)
  const { error } = await sandbox.tryRun(`let a: number = 1\nglobalThis['ev' + ('al' as string)]('1')`, { language: 'ts' })
  expect(error).toMatchObject({ code: 'BEDDEL_POLICY', details: { patterns: [{ name: 'EVAL', line: 2 }] } })
})

test('a synchronous run waits for the thread', () => {
  expect(sandbox.runSync('20 + 2')).toBe(22)
  expect(() => sandbox.runSync(`${HIDDEN} // sync`)).toThrow(expect.objectContaining({ code: 'BEDDEL_POLICY' }))
  const long = `${'x = [x, 1, 2];\n'.repeat(60_000)}`
  expect(() => sandbox.runSync(long, { timeoutMs: 20 })).toThrow(expect.objectContaining({ code: 'BEDDEL_TIMEOUT' }))
  expect(sandbox.runSync('20 + 3')).toBe(23)
})

test('programs and sessions are looked at too', async () => {
  await expect(sandbox.compile(HIDDEN)).rejects.toMatchObject({ code: 'BEDDEL_POLICY' })
  await using session = await sandbox.session()
  expect((await session.run(HIDDEN)).error?.code).toBe('BEDDEL_POLICY')
  expect((await session.run('1 + 1')).result).toBe(2)
})

test('a hostile megabyte stalls neither the thread of the host nor the run beyond its time', async () => {
  const hostile = `a=${'[b,c][0],'.repeat(110_000)}0`
  let ticks = 0
  const timer = setInterval(() => ticks++, 2)
  const verdict = await sandbox.tryRun(hostile, { timeoutMs: 10_000 }).finally(() => clearInterval(timer))
  // A thread that parses it itself would have ticked not once meanwhile.
  expect(ticks).toBeGreaterThan(10)
  expect(verdict.engine).toBe('isolated-vm')
  const { error } = await sandbox.tryRun(`${hostile};1`, { timeoutMs: 30 })
  expect(error).toMatchObject({ code: 'BEDDEL_TIMEOUT', details: { policy: 'threats' } })
  // Its thread was ended, and another is there.
  expect(await sandbox.run('5')).toBe(5)
})

test('the short forms count and refuse', async () => {
  const seen: ThreatAnalysis[] = []
  await using warned = new SandboxAdapter({ policies: [threatPolicy({ mode: 'warn', onAnalysis: (analysis) => seen.push(analysis) })] })
  expect((await warned.tryRun(HIDDEN)).error?.code).toBe('BEDDEL_GUEST_THROWN')
  expect(seen).toMatchObject([{ score: 90, blocked: true }])
  await using counted = new SandboxAdapter({ enableThreatDetection: true })
  expect((await counted.tryRun(HIDDEN)).error?.code).toBe('BEDDEL_GUEST_THROWN')
  await using strict = new SandboxAdapter({ strictMode: true, engine: 'quickjs' })
  expect((await strict.tryRun(HIDDEN)).error?.code).toBe('BEDDEL_POLICY')
  await using now = new SandboxAdapter({ strictMode: true })
  expect(() => now.runSync(HIDDEN)).toThrow(expect.objectContaining({ code: 'BEDDEL_POLICY' }))
})

test('without the detector the short forms say what to install', async () => {
  const gate = threatGateOf({ strictMode: true }) as NonNullable<ReturnType<typeof threatGateOf>>
  const missing = Object.assign(new Error("Cannot find package '@beddel/threat-detector'"), { code: 'ERR_MODULE_NOT_FOUND' })
  expect(notThere(gate, missing)).toMatchObject({
    code: 'BEDDEL_OPTION_UNSUPPORTED',
    message: expect.stringContaining('Install @beddel/threat-detector'),
    details: { path: 'strictMode', install: '@beddel/threat-detector' },
  })
  expect(notThere(gate, new Error('broken'))).toMatchObject({
    code: 'BEDDEL_OPTION_UNSUPPORTED',
    message: expect.stringContaining('broken'),
  })
  expect(await allPolicies({ policies: [], threatGate: gate })).toMatchObject([{ name: 'threats' }])
  expect(allPoliciesNow({ policies: [], threatGate: gate })).toMatchObject([{ name: 'threats' }])
  expect(allPoliciesNow({ policies: [], threatGate: undefined })).toEqual([])
})
