import type { Capabilities, ExecutorOptions } from '@beddel/core'

/** Where a disposable host finds the provider. */
export interface ProviderModule {
  /** A module's URL, or a package's name that can be resolved from this package. */
  module: string
  /** The name of its export; by default the one export that is a provider of the spec. */
  export?: string
}

/** What a harness process is asked to do. */
export interface HarnessJob {
  provider: ProviderModule
  /** Options of every executor, as JSON: the placement, and what the engine itself needs. */
  options: ExecutorOptions & Record<string, unknown>
  kind: 'attacks' | 'suites' | 'figures'
  /** Attacks, tests or figures by their ids, one after another. */
  cases: string[]
  /** The positive control: no questions are asked of an executor after its attack. */
  control?: boolean
}

/** What it says, as JSON lines on file descriptor 3. */
export type HarnessLine =
  | { type: 'hello'; capabilities: Capabilities }
  /** Instead of `hello`: there is no executor, and no case will begin. */
  | { type: 'unusable'; message: string; misuse: boolean }
  | { type: 'alive' }
  | { type: 'begin'; id: string }
  | { type: 'end'; result: unknown }
  | { type: 'fault'; message: string }
