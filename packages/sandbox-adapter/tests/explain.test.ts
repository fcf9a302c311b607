import { afterEach, expect, test, vi } from 'vitest'
import {
  checkIsolatedVm,
  checkVm2,
  checkWorkerThreads,
  createBestExecutor,
  createExecutor,
  detectBestExecutor,
  detectEnvironment,
  explainEngines,
  getExecutorCapabilities,
  SandboxAdapter,
} from '../dist/index.js'
import { explain } from '../src/explain.js'
import { settingsOf } from '../src/settings.js'
import { declared, FakeEngine } from './fakes.js'

afterEach(() => vi.unstubAllEnvs())

const OPT_IN = { option: 'allowVm2', env: 'BEDDEL_ALLOW_VM2' } as const

function machine() {
  const own = declared({ boundary: false, survivesGuest: false, placement: 'in-process' })
  const loose = {
    ...own,
    limits: { ...own.limits, heap: { enforced: 'none' as const, note: 'it cannot' }, wall: { enforced: 'soft' as const } },
  }
  const engines = [
    new FakeEngine('isolated-vm'),
    new FakeEngine('quickjs'),
    new FakeEngine('worker', loose),
    new FakeEngine('vm2', loose, OPT_IN),
  ] as const
  return { engines, entries: engines.map(({ entry }) => entry) }
}

test('it says of each engine whether, why, what to do, and what it does not hold', async () => {
  const { engines, entries } = machine()
  engines[0].probe = { usable: false, reason: 'the add-on does not load', fix: 'npm install it' }
  const report = await explain(settingsOf({ config: false }), undefined, entries)
  expect(report).toMatchObject({ chosen: 'quickjs', live: false, decidedBy: 'automatic', problem: undefined })
  expect(report.engines).toMatchObject([
    { engine: 'isolated-vm', usable: false, chosen: false, reason: 'the add-on does not load', fix: 'npm install it' },
    { engine: 'quickjs', usable: true, chosen: true, boundary: true },
    {
      engine: 'worker',
      usable: true,
      chosen: false,
      boundary: false,
      reason: expect.stringContaining('no boundary'),
      unenforced: ['memoryBytes'],
    },
    { engine: 'vm2', usable: false, chosen: false, reason: expect.stringContaining('BEDDEL_ALLOW_VM2=1') },
  ])
  // Without consent not even its canary runs.
  expect(engines[3].probes).toBe(0)
  expect(engines.every(({ made }) => made.length === 0)).toBe(true)
  const text = String(report)
  for (const words of [
    '* quickjs',
    'to do: npm install it',
    'not enforced: heap (it cannot); enforced in part: wall',
    'may end or stall the host',
  ]) {
    expect(text).toContain(words)
  }
  expect(JSON.parse(JSON.stringify(report))).toMatchObject({ chosen: 'quickjs' })
})

test('a long reason is one line of the table, and whole in the data', async () => {
  const { engines, entries } = machine()
  engines[0].probe = { usable: false, reason: `it died:\n${'at a\n'.repeat(100)}` }
  const report = await explain(settingsOf({ config: false }), undefined, entries)
  expect(report.engines[0]?.reason).toHaveLength(509)
  expect(String(report).split('\n')).not.toContain('at a')
  expect(String(report)).toContain('it died: at a at a')
})

test('mistakes in the environment are in the report, not thrown', async () => {
  const { entries } = machine()
  vi.stubEnv('BEDDEL_SANDBOX_ENGINE', 'worker')
  const report = await explain(settingsOf({ config: false }), undefined, entries)
  expect(report).toMatchObject({ chosen: undefined, problem: { code: 'BEDDEL_TRUST_FLOOR' } })
  expect(report.engines.some(({ chosen }) => chosen)).toBe(false)
  expect(report.engines[0]?.usable).toBe(true)
})

test('what the options ask for is part of the answer', async () => {
  const { entries } = machine()
  const forced = await explain(settingsOf({ config: false, engine: 'worker', memoryLimit: 8 }), undefined, entries)
  expect(forced).toMatchObject({ chosen: undefined, problem: { code: 'BEDDEL_NO_ENGINE' } })
  expect(forced.engines[2]?.reason).toContain('limits.memoryBytes cannot be held by worker')
  const none = await explain(settingsOf({ config: false, trust: 'trusted' }), undefined, entries)
  expect(none.chosen).toBe('isolated-vm')
})

test('the real engines, before and after the selection', async () => {
  await using sandbox = new SandboxAdapter({ engine: 'quickjs' })
  const before = await sandbox.explain()
  expect(before).toMatchObject({ chosen: 'quickjs', live: false, decidedBy: 'argument' })
  expect(sandbox.getEngine()).toBeNull()
  await sandbox.run('1')
  const after = await sandbox.explain()
  expect(after).toMatchObject({ chosen: 'quickjs', live: true })
  expect(String(after)).toContain('quickjs (running)')
  for (const engine of ['isolated-vm', 'quickjs']) {
    const found = after.engines.find((one) => one.engine === engine)
    expect(found).toMatchObject({ usable: true, boundary: true, version: expect.stringMatching(/^\d/), limits: expect.any(Object) })
  }
})

test('the detectors answer what the report says', async () => {
  expect(detectEnvironment()).toMatchObject({
    isNode: true,
    isBrowser: false,
    runtime: 'node',
    nodeVersion: process.versions.node,
    platform: process.platform,
  })
  const { engines } = await explainEngines({ allowVm2: true })
  const usable = (id: string) => engines.find(({ engine }) => engine === id)?.usable
  expect(await checkIsolatedVm()).toBe(usable('isolated-vm'))
  expect(await checkWorkerThreads()).toBe(usable('worker'))
  expect(await checkVm2()).toBe(usable('vm2'))
  expect(await detectBestExecutor()).toBe('isolated-vm')
  expect(await detectBestExecutor({ preferIsolatedVm: false })).toBe('quickjs')
  expect(await detectBestExecutor({ allowBrowser: true })).toBe('isolated-vm')
  await expect(detectBestExecutor({ preferIsolatedVM: false } as never)).rejects.toThrow(/options has no key "preferIsolatedVM"/)
  await expect(detectBestExecutor({ preferIsolatedVm: 'no' } as never)).rejects.toMatchObject({ code: 'BEDDEL_INVALID_OPTION' })
  vi.stubEnv('BEDDEL_SANDBOX_ENGINE', 'quickjs')
  expect(await detectBestExecutor()).toBe('quickjs')
  await using best = await createBestExecutor()
  expect(best.type).toBe('quickjs')
})

test('a check is remembered', async () => {
  await checkIsolatedVm()
  const startedAt = performance.now()
  await checkIsolatedVm()
  expect(performance.now() - startedAt).toBeLessThan(20)
})

test('createExecutor takes the old names, and refuses what it cannot honour', async () => {
  await using executor = await createExecutor('quickjs', { memoryLimit: 8, timeout: 100, enableThreatDetection: false })
  expect((await executor.run('for(;;);')).error?.code).toBe('BEDDEL_TIMEOUT')
  expect((await executor.run('1 + 1', { timeout: 1_000 } as never)).result).toBe(2)
  await using strict = await createExecutor('quickjs', { strictMode: true })
  expect((await strict.run(`globalThis['ev' + 'al']('1')`)).error?.code).toBe('BEDDEL_POLICY')
  await expect(createExecutor('quickjs', { engine: 'quickjs' } as never)).rejects.toMatchObject({ code: 'BEDDEL_INVALID_OPTION' })
  await expect(createExecutor('qjs')).rejects.toMatchObject({ code: 'BEDDEL_INVALID_OPTION' })
  await expect(createExecutor('vm2')).rejects.toMatchObject({ code: 'BEDDEL_TRUST_FLOOR' })
})

test.each(['isolated-vm', 'quickjs', 'worker', 'vm2'])('createExecutor makes %s', async (type) => {
  vi.stubEnv('BEDDEL_SUPPRESS_VM2_WARNING', '1')
  await using executor = await createExecutor(type, { allowVm2: true, timeout: 2_000 })
  const outcome = await executor.run('return 2 + 2;')
  expect(outcome).toMatchObject({ success: true, result: 4, engine: type, codeHash: expect.any(String), executionId: expect.any(String) })
  expect(outcome.duration).toBeGreaterThan(0)
  expect(executor.getStats()).toMatchObject({ type, executionCount: 1, activeIsolates: 0, byError: {} })
  if (type === 'vm2') {
    await expect(createExecutor(type, { allowVm2: true, memoryLimit: 16 })).rejects.toMatchObject({ code: 'BEDDEL_OPTION_UNSUPPORTED' })
  }
})

test('capabilities are those of the placement', async () => {
  expect(await getExecutorCapabilities('isolated-vm')).toMatchObject({ placement: 'process', survivesGuest: true })
  expect(await getExecutorCapabilities('isolated-vm', 'in-process')).toMatchObject({ placement: 'in-process', survivesGuest: false })
  await expect(getExecutorCapabilities('isolatedvm')).rejects.toMatchObject({ code: 'BEDDEL_INVALID_OPTION' })
  await expect(getExecutorCapabilities('isolated-vm', 'moon' as never)).rejects.toMatchObject({ code: 'BEDDEL_INVALID_OPTION' })
})
