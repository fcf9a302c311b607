import { SandboxError } from '@beddel/core'
import { afterEach, expect, test, vi } from 'vitest'
import type { AdapterOptions } from '../src/adapter-options.js'
import type { EngineEntry } from '../src/engine-entry.js'
import { planOf } from '../src/plan.js'
import { selectExecutor } from '../src/select.js'
import { selectExecutorNow } from '../src/select-now.js'
import { settingsOf } from '../src/settings.js'
import { declared, FakeEngine } from './fakes.js'

afterEach(() => vi.unstubAllEnvs())

const OPT_IN = { option: 'allowVm2', env: 'BEDDEL_ALLOW_VM2' } as const

function machine() {
  return {
    ivm: new FakeEngine('isolated-vm'),
    quickjs: new FakeEngine('quickjs'),
    worker: new FakeEngine('worker', declared({ boundary: false })),
    vm2: new FakeEngine('vm2', declared({ boundary: false, isolation: 'realm' }), OPT_IN),
  }
}

const plan = (engines: ReturnType<typeof machine>, options: AdapterOptions = {}) => {
  const { ivm, quickjs, worker, vm2 } = engines
  const order = options.trust === 'trusted' ? [ivm, worker, quickjs, vm2] : [ivm, quickjs, worker, vm2]
  return planOf(
    settingsOf({ config: false, ...options }),
    order.map(({ entry }): EngineEntry => entry),
  )
}
const select = async (engines: ReturnType<typeof machine>, options?: AdapterOptions) =>
  (await selectExecutor(plan(engines, options))).report.chosen
const failure = (promise: Promise<unknown>): Promise<SandboxError> =>
  promise.then(
    () => expect.fail('it was selected'),
    (error) => error,
  )

test('the first engine is taken, and the others are not even loaded', async () => {
  const engines = machine()
  expect(await select(engines)).toBe('isolated-vm')
  expect(engines.quickjs.loads + engines.worker.loads + engines.vm2.loads).toBe(0)
})

test('the canary runs on the executor that is kept', async () => {
  const engines = machine()
  const { executor } = await selectExecutor(plan(engines))
  expect(engines.ivm.made).toHaveLength(1)
  await executor.run('1')
  expect(engines.ivm.made[0]?.runs.map(([source]) => source)).toEqual([expect.stringContaining('typeof process'), '1'])
  expect(engines.ivm.probes).toBe(0)
})

test.each(['wrong', 'throws'] as const)('an engine whose canary is %s is passed over and disposed of', async (canary) => {
  const engines = machine()
  engines.ivm.canary = canary
  expect(await select(engines)).toBe('quickjs')
  expect(engines.ivm.made[0]?.disposed).toBe(true)
})

test('a package that is missing is passed over', async () => {
  const engines = machine()
  engines.ivm.missing = true
  expect(await select(engines)).toBe('quickjs')
})

test('an engine without a boundary is never chosen silently', async () => {
  const engines = machine()
  engines.ivm.canary = engines.quickjs.canary = 'wrong'
  engines.ivm.probe = { usable: false, version: '1.2', reason: 'broken', fix: 'install another' }
  const error = await failure(select(engines, { allowVm2: true }))
  expect(error.code).toBe('BEDDEL_NO_ENGINE')
  expect(engines.worker.made).toHaveLength(0)
  expect(engines.vm2.made).toHaveLength(0)
  const { report } = error.details as { report: { engines: { engine: string; reason: string; fix?: string; version?: string }[] } }
  expect(report.engines.map(({ engine }) => engine)).toEqual(['isolated-vm', 'quickjs', 'worker', 'vm2'])
  expect(report.engines[0]).toMatchObject({ fix: 'install another', version: '1.2' })
  expect(error.message).toContain('install another')
  // The same machine, trusted: the worker is the next.
  expect(await select(engines, { trust: 'trusted' })).toBe('worker')
})

test('the last one needs consent, by option or variable', async () => {
  const engines = machine()
  engines.ivm.missing = engines.quickjs.missing = engines.worker.missing = true
  expect((await failure(select(engines, { trust: 'trusted' }))).code).toBe('BEDDEL_NO_ENGINE')
  expect(await select(engines, { trust: 'trusted', allowVm2: true })).toBe('vm2')
  vi.stubEnv('BEDDEL_ALLOW_VM2', '1')
  expect(await select(engines, { trust: 'trusted' })).toBe('vm2')
  expect((await failure(select(engines, { trust: 'trusted', allowVm2: false }))).code).toBe('BEDDEL_NO_ENGINE')
})

test('the argument forces one; naming it in code is consent to its lack of a boundary', async () => {
  const engines = machine()
  expect(await select(engines, { engine: 'worker' })).toBe('worker')
  expect(engines.worker.made[0]?.options).toMatchObject({ trust: 'trusted' })
  expect(engines.ivm.loads).toBe(0)
  // It is no consent to the engine that asks for one by name.
  expect(
    await Promise.resolve()
      .then(() => select(engines, { engine: 'vm2' }))
      .catch((e: SandboxError) => e.code),
  ).toBe('BEDDEL_TRUST_FLOOR')
  expect(await select(engines, { engine: 'vm2', allowVm2: true })).toBe('vm2')
})

test('a forced engine that is not usable is an error with what to do, never another engine', async () => {
  const engines = machine()
  engines.quickjs.missing = true
  const error = await failure(select(engines, { engine: 'quickjs' }))
  expect(error).toMatchObject({ code: 'BEDDEL_ENGINE_UNAVAILABLE', engine: 'quickjs' })
  expect(error.message).toContain('npm install @beddel/executor-quickjs')
  expect(engines.ivm.loads).toBe(0)
})

test('the environment chooses above the floor only', async () => {
  const engines = machine()
  vi.stubEnv('BEDDEL_SANDBOX_ENGINE', 'quickjs')
  expect(await select(engines)).toBe('quickjs')
  expect(await select(engines, { engine: 'isolated-vm' })).toBe('isolated-vm')
  vi.stubEnv('BEDDEL_SANDBOX_ENGINE', 'worker')
  expect(() => plan(engines)).toThrowError(expect.objectContaining({ code: 'BEDDEL_TRUST_FLOOR' }))
  expect(await select(engines, { trust: 'trusted' })).toBe('worker')
  vi.stubEnv('BEDDEL_SANDBOX_ENGINE', 'wroker')
  expect(() => plan(engines)).toThrowError(/did you mean "worker"/)
})

test('a stated limit that an engine cannot hold rules it out, or throws where it was named', async () => {
  const engines = { ...machine(), ivm: new FakeEngine('isolated-vm', withoutHeap()) }
  expect(await select(engines)).toBe('isolated-vm')
  expect(await select(engines, { memoryLimit: 16 })).toBe('quickjs')
  expect((await failure(select(engines, { memoryLimit: 16, engine: 'isolated-vm' }))).code).toBe('BEDDEL_OPTION_UNSUPPORTED')
  expect(engines.quickjs.made[0]?.options).toMatchObject({ limits: { memoryBytes: 16 * 2 ** 20 } })
})

test('a mistake in the options ends the selection instead of choosing another engine', async () => {
  const engines = machine()
  engines.ivm.createError = new SandboxError('BEDDEL_PLACEMENT_REFUSED', 'no')
  expect((await failure(select(engines))).code).toBe('BEDDEL_PLACEMENT_REFUSED')
  expect(engines.quickjs.loads).toBe(0)
  engines.ivm.createError = new SandboxError('BEDDEL_OPTION_UNSUPPORTED', 'not here')
  expect(await select(engines)).toBe('quickjs')
})

test('a synchronous selection says why an engine cannot be had at once', () => {
  const error = (() => {
    try {
      selectExecutorNow(plan(machine()))
    } catch (e) {
      return e as SandboxError
    }
  })()
  expect(error).toMatchObject({ code: 'BEDDEL_NO_ENGINE' })
  expect(error?.message).toContain('await ready() first')
})

function withoutHeap() {
  const own = declared()
  return { ...own, limits: { ...own.limits, heap: { enforced: 'none' as const, note: 'it has no way' } } }
}
