import type { Capabilities, ExecutorOptions } from '@beddel/core'
import type { Verdict } from './judge.js'

/** Where a disposable host finds the provider: a module's URL (or a package's name) and the name of its export. */
export interface ProviderModule {
  module: string
  export: string
}

/** What a harness process is asked to do. */
export interface HarnessJob {
  provider: ProviderModule
  /** Options of every executor, as JSON: the placement, and what the engine itself needs. */
  options: ExecutorOptions & Record<string, unknown>
  /** Attacks, one after another. */
  attacks: string[]
  /** The positive control: no questions are asked of an executor after its attack. */
  control: boolean
}

/** What it says, as JSON lines on file descriptor 3. */
export type HarnessLine =
  | { type: 'hello'; capabilities: Capabilities }
  | { type: 'alive' }
  | { type: 'begin'; id: string }
  | { type: 'end'; verdict: Verdict }
  | { type: 'fault'; message: string }
