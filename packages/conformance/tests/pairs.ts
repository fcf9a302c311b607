import type { ExecutorProvider } from '@beddel/core'
import { isolatedVmProvider } from '@beddel/executor-isolated-vm'
import { quickJsProvider } from '@beddel/executor-quickjs'
import { vm2Provider } from '@beddel/executor-vm2-legacy'
import { workerProvider } from '@beddel/executor-worker'
import type { ProviderModule, SuiteTarget } from '../dist/index.js'

export interface Pair {
  name: string
  provider: ExecutorProvider
  /** The same provider, as a disposable host finds it. */
  module: ProviderModule
  options: NonNullable<SuiteTarget['options']>
}

const pair = (name: string, provider: ExecutorProvider, from: string, exported: string, options: Pair['options']): Pair => ({
  name,
  provider,
  module: { module: import.meta.resolve(from), export: exported },
  options,
})

/** Every engine in every way it is built: the one list of them in this package. */
export const PAIRS: readonly Pair[] = [
  pair('isolated-vm process', isolatedVmProvider, '@beddel/executor-isolated-vm', 'isolatedVmProvider', { placement: 'process' }),
  pair('isolated-vm in-process', isolatedVmProvider, '@beddel/executor-isolated-vm', 'isolatedVmProvider', { placement: 'in-process' }),
  pair('quickjs process', quickJsProvider, '@beddel/executor-quickjs', 'quickJsProvider', { placement: 'process' }),
  pair('quickjs in-process', quickJsProvider, '@beddel/executor-quickjs', 'quickJsProvider', { placement: 'in-process' }),
  pair('worker child_process', workerProvider, '@beddel/executor-worker', 'workerProvider', { runtime: 'child_process' }),
  pair('worker worker_threads', workerProvider, '@beddel/executor-worker', 'workerProvider', { runtime: 'worker_threads' }),
  pair('vm2', vm2Provider, '@beddel/executor-vm2-legacy', 'vm2Provider', { allowVm2: true, suppressWarning: true }),
]
