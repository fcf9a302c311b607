import type { EngineId, Executor, ExecutorOptions, ExecutorProvider, Trust } from '@beddel/core'
import { requireNow } from './host.js'

/** An engine that this package knows. The map below is the only place that names engines. */
export interface EngineEntry {
  readonly id: EngineId
  readonly package: string
  /** Loads the package. Rejects where it is not installed. */
  load(): Promise<LoadedEngine>
  /** The same for a caller who cannot wait: returns it, or throws. */
  loadNow(): LoadedEngine
  /** It runs only where the caller has allowed it, by this option or this environment variable. */
  readonly optIn?: { readonly option: 'allowVm2'; readonly env: string }
  /** Loading its native add-on may end a process. */
  readonly native?: boolean
}

export interface LoadedEngine {
  provider: ExecutorProvider
  /** Makes an executor at once; absent where that takes a promise. */
  construct?(options: ExecutorOptions): Executor
}

interface Description<M> {
  id: EngineId
  package: string
  import(): Promise<M>
  provider: keyof M
  executor: keyof M
  optIn?: EngineEntry['optIn']
  native?: boolean
}

function engine<M>(d: Description<M>): EngineEntry {
  const from = (module: unknown): LoadedEngine => {
    const { [d.provider]: provider, [d.executor]: Class } = module as M
    return {
      provider: provider as ExecutorProvider,
      construct: (options) => new (Class as new (options: ExecutorOptions) => Executor)(options),
    }
  }
  const { id, optIn, native } = d
  return {
    id,
    package: d.package,
    load: async () => from(await d.import()),
    loadNow: () => from(requireNow(d.package)),
    ...(optIn && { optIn }),
    ...(native && { native }),
  }
}

const ENGINES: readonly EngineEntry[] = [
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
]

/** Who comes first. An engine without a boundary is never in the first list. */
const ORDER: Record<Trust, readonly EngineId[]> = {
  untrusted: ['isolated-vm', 'quickjs'],
  trusted: ['isolated-vm', 'worker', 'quickjs', 'vm2'],
}

export const ENGINE_IDS: readonly EngineId[] = ENGINES.map(({ id }) => id)

/** The engines that the `check…` functions and `preferIsolatedVm` are about. */
export const WELL_KNOWN = { isolatedVm: 'isolated-vm', quickJs: 'quickjs', worker: 'worker', vm2: 'vm2' } as const

/** The ids of the engines that this package knows, for an editor to offer. */
export type KnownEngineId = (typeof WELL_KNOWN)[keyof typeof WELL_KNOWN]

export function engineEntry(id: EngineId): EngineEntry {
  const found = ENGINES.find((entry) => entry.id === id)
  if (found === undefined) throw new TypeError(`There is no engine ${id}`)
  return found
}

/** All engines: those that may be chosen at this level of trust in their order, then the others, for the report. */
export function engineOrder(trust: Trust): EngineEntry[] {
  const ids = [...ORDER[trust], ...ENGINE_IDS.filter((id) => !ORDER[trust].includes(id))]
  return ids.map(engineEntry)
}

/** Whether an engine can be chosen at this level of trust without having been named in code. */
export function meetsFloor(id: EngineId, trust: Trust): boolean {
  return ORDER[trust].includes(id)
}
