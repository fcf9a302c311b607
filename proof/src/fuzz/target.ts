import { inspect } from 'node:util'
import fc from 'fast-check'

/** Something to be fuzzed, for as long as there is time. */
export interface Target {
  name: string
  /** What must always hold. */
  says: string
  /** Makes what the runs need; `property` throws where one of its runs shows that it does not hold. */
  open(): Promise<{ property: fc.IAsyncProperty<unknown> | fc.IProperty<unknown>; close(): Promise<void> }>
}

export interface Findings {
  name: string
  seed: number
  runs: number
  seconds: number
  /** The smallest case that fails, with its path for `--path`; absent where none was found. */
  failure?: { path: string; counterexample: string; error: string }
}

/** Runs a target until its time is up or something was found. */
export async function fuzz(target: Target, given: { seed: number; seconds: number; path?: string }): Promise<Findings> {
  const { property, close } = await target.open()
  const startedAt = performance.now()
  try {
    const details = await fc.check(property as fc.IAsyncProperty<[unknown]>, {
      seed: given.seed,
      numRuns: 1_000_000_000,
      // What is found is also made smaller within this.
      interruptAfterTimeLimit: given.seconds * 1_000,
      ...(given.path !== undefined && { path: given.path, endOnFailure: true }),
    })
    const seconds = (performance.now() - startedAt) / 1_000
    const { numRuns: runs, seed, counterexample, counterexamplePath, errorInstance } = details
    const common = { name: target.name, seed, runs, seconds }
    if (counterexample === null) return common
    const error = errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance)
    return { ...common, failure: { path: counterexamplePath ?? '', counterexample: shown(counterexample), error } }
  } finally {
    await close()
  }
}

/** Some counterexamples are hostile to whoever looks at them. */
function shown(value: unknown): string {
  try {
    return fc.stringify(value)
  } catch {
    return inspect(value, { depth: 4 })
  }
}
