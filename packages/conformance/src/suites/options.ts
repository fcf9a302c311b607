import type { ExecutorOptions, RunRequest } from '@beddel/core'
import { type Bench, equal, gives, throws } from './bench.js'

const badRequests: [name: string, request: unknown, says: RegExp][] = [
  ['an unknown key', { inputs: 1 }, /input/],
  ['an unknown limit', { limits: { timeoutMS: 1 } }, /timeoutMs/],
  ['both names of a limit', { limits: { timeout: 1, timeoutMs: 1 } }, /timeout/],
  ['a limit that is no number', { limits: { timeoutMs: '5' } }, /timeoutMs/],
  ['a limit that is NaN', { limits: { timeoutMs: NaN } }, /timeoutMs/],
  ['a limit without an end', { limits: { timeoutMs: Infinity } }, /timeoutMs/],
  ['a limit of zero', { limits: { timeoutMs: 0 } }, /timeoutMs/],
  ['a negative limit', { limits: { resultBytes: -1 } }, /resultBytes/],
  ['limits that are no object', { limits: 5 }, /limits/],
  ['an unknown form', { form: 'function' }, /form/],
  ['an unknown language', { language: 'typescript' }, /language/],
  ['an unknown freshness', { freshness: 'new' }, /freshness/],
  ['a filename that could be a path trick', { filename: 'a\nb' }, /filename/],
  ['an empty tenant', { tenant: '' }, /tenant/],
  ['an onLog that is no function', { onLog: 1 }, /onLog/],
  ['globals that are no object', { globals: 1 }, /globals/],
]

const badOptions: [name: string, options: unknown, says: RegExp][] = [
  ['an unknown key', { timeoutMs: 5 }, /timeoutMs/],
  ['an unknown limit', { limits: { memory: 5 } }, /memory/],
  ['a switch that is no boolean', { web: 'yes' }, /web/],
  ['an unknown placement', { placement: 'thread' }, /placement/],
  ['an unknown trust', { trust: 'full' }, /trust/],
  ['a call time that is no number', { hostCallTimeoutMs: Number.NaN }, /hostCallTimeoutMs/],
]

/** Options that make no sense are the host's mistakes: they throw, and nothing starts. */
export function options(bench: Bench): void {
  for (const [name, request, says] of badRequests) {
    bench.test(`a request with ${name} is refused`, [], async (executor) => {
      await throws('BEDDEL_INVALID_OPTION', () => executor.run('1', request as RunRequest), says)
    })
  }
  for (const [name, given, says] of badOptions) {
    bench.test(`an executor with ${name} is refused`, [], async () => {
      await throws('BEDDEL_INVALID_OPTION', () => bench.fresh(given as ExecutorOptions), says)
    })
  }
  bench.test('a source that is no string is refused', [], async (executor) => {
    await throws('BEDDEL_INVALID_OPTION', () => executor.run(5 as never), /source/)
  })
  bench.test('undefined is as good as absent, and switches no limit off', [], async (executor) => {
    const request = {
      input: undefined,
      globals: undefined,
      limits: { timeoutMs: undefined, memoryBytes: undefined },
      signal: undefined,
      tenant: undefined,
    }
    gives(await executor.run('1', request), 1)
  })
  bench.test('a guest that may take the host along needs consent', [], async (executor) => {
    const { placement, survivesGuest } = executor.capabilities
    if (placement !== 'in-process' || survivesGuest) return
    const { options: given } = bench.target
    await throws('BEDDEL_PLACEMENT_REFUSED', () => bench.target.provider.create({ ...given, acceptHostRisk: undefined, trust: undefined }))
    const trusting = await bench.target.provider.create({ ...given, acceptHostRisk: undefined, trust: 'trusted' })
    gives(await trusting.run('1'), 1)
    await trusting.dispose()
  })
  bench.test('operations and codegen do not go together where the source is metered', ['operations', 'codegen'], async (executor) => {
    if (executor.capabilities.limits.operations.note !== 'metered') return
    await throws('BEDDEL_OPTION_UNSUPPORTED', () => bench.fresh({ codegen: true, limits: { operations: 10 } }))
  })
  bench.test('the old name memoryLimit is in megabytes', ['memory'], async (executor) => {
    gives(await executor.run('1', { limits: { memoryLimit: 64 } }), 1)
    await throws('BEDDEL_INVALID_OPTION', () => executor.run('1', { limits: { memoryLimit: 64, memoryBytes: 64 } }), /memoryLimit/)
  })
  bench.test('a refused request starts nothing and counts as nothing', [], async () => {
    const executor = await bench.fresh()
    await throws('BEDDEL_INVALID_OPTION', () => executor.run('1', { form: 'x' as never }))
    equal(executor.getStats().executionCount, 0, 'executionCount')
  })
}
