import type { EngineId, Executor, ExecutorOptions, ExecutorProvider, Trust } from '@beddel/core'
import { requireNow } from './host.js'

/** An engine that this package knows. */
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

/** An entry of a list of engines. */
export function engine<M>(d: Description<M>): EngineEntry {
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

/** The engines that there are, and in which order they are considered. */
export interface EngineList {
  readonly engines: readonly EngineEntry[]
  /** Who comes first. An engine without a boundary is never in the first list. */
  readonly order: Record<Trust, readonly EngineId[]>
}
