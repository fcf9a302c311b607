import { engine, type EngineList } from './engine-entry.js'

/** This and its like for pages are the only places that name engines. */
export const LIST: EngineList = {
  engines: [
    engine({
      id: 'isolated-vm',
      package: '@beddel/executor-isolated-vm',
      import: () => import('@beddel/executor-isolated-vm'),
      provider: 'isolatedVmProvider',
      executor: 'IsolatedVmExecutor',
      native: true,
    }),
    engine({
      id: 'quickjs',
      package: '@beddel/executor-quickjs',
      import: () => import('@beddel/executor-quickjs'),
      provider: 'quickJsProvider',
      executor: 'QuickJsExecutor',
    }),
    engine({
      id: 'worker',
      package: '@beddel/executor-worker',
      import: () => import('@beddel/executor-worker'),
      provider: 'workerProvider',
      executor: 'WorkerExecutor',
    }),
    engine({
      id: 'vm2',
      package: '@beddel/executor-vm2-legacy',
      import: () => import('@beddel/executor-vm2-legacy'),
      provider: 'vm2Provider',
      executor: 'Vm2Executor',
      optIn: { option: 'allowVm2', env: 'BEDDEL_ALLOW_VM2' },
    }),
  ],
  order: {
    untrusted: ['isolated-vm', 'quickjs'],
    trusted: ['isolated-vm', 'worker', 'quickjs', 'vm2'],
  },
}

/** The engines that the `check…` functions and `preferIsolatedVm` are about. */
export const WELL_KNOWN = { isolatedVm: 'isolated-vm', quickJs: 'quickjs', worker: 'worker', vm2: 'vm2' } as const

/** The ids of the engines that this package knows, for an editor to offer. */
export type KnownEngineId = (typeof WELL_KNOWN)[keyof typeof WELL_KNOWN]
