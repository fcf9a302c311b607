import type { Capabilities, ExecutorOptions } from '@beddel/core'
import { type Figure, type FigureName, figuresOf, missingFigure } from '../figures/index.js'
import { listTests, type TestResult } from '../suites/list.js'
import type { ProviderModule } from './job.js'
import { type Patience, supervise } from './supervise.js'

/** A test may state times of up to fifteen seconds; a host that says nothing for longer is lost. */
const PATIENCE: Patience = { silenceMs: () => 30_000, totalMs: 60_000, maxResidentBytes: 1024 ** 3, maxHeapMiB: 256 }

type Options = ExecutorOptions & Record<string, unknown>

/** The ids of all suite tests: the same for every provider. */
export const testIds = (): string[] => listTests({ provider: undefined as never }).ids

/** Runs the suites in a disposable host. A test that loses the host has failed; the others go on in a new one. */
export async function runSuites(
  provider: ProviderModule,
  options: Options,
  cases: readonly string[] = testIds(),
  onResult: (result: TestResult) => void = () => {},
): Promise<{ results: TestResult[]; capabilities: Capabilities | undefined }> {
  const results: TestResult[] = []
  let capabilities: Capabilities | undefined
  const add = (result: TestResult): void => {
    results.push(result)
    onResult(result)
  }
  await supervise({ provider, options, kind: 'suites', cases: [...cases] }, PATIENCE, {
    onCapabilities: (said) => {
      capabilities ??= said
    },
    made: () => capabilities !== undefined,
    onEnd: (_id, result) => add(result as TestResult),
    onLost: (id, loss) => add({ id, passed: false, why: `the host ${loss}` }),
    onFault: (id, why) => add({ id, passed: false, why }),
  })
  return { results, capabilities }
}

/** Measures how far beyond its enforced limits guests come, in a disposable host. */
export async function measureLimits(provider: ProviderModule, options: Options, capabilities: Capabilities): Promise<Figure[]> {
  const figures: Figure[] = []
  const failed = (name: string, why: string): void => void figures.push(missingFigure(name as FigureName, why))
  await supervise({ provider, options, kind: 'figures', cases: figuresOf(capabilities) }, PATIENCE, {
    onCapabilities: () => {},
    // Somebody has its capabilities, of an executor that was made.
    made: () => true,
    onEnd: (_id, result) => void figures.push(result as Figure),
    onLost: (id, loss) => failed(id, `the host ${loss}`),
    onFault: failed,
  })
  return figures
}
