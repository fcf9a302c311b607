import type { ExecutorOptions } from '@beddel/core'
import type { Figure } from '../figures/index.js'
import type { TestResult } from '../suites/list.js'
import { attackProvider, type AttackReport, type AttackResult } from './attack-provider.js'
import type { ProviderModule } from './job.js'
import { measureLimits, runSuites } from './run-suites.js'

export interface ConformanceOptions {
  /** Options of every executor: the placement, and what the engine itself needs. They cross as JSON. */
  options?: ExecutorOptions & Record<string, unknown>
  /** Attacks to perform, by id or by family; all of them by default. With it the suites are left out. */
  only?: readonly string[]
  /** Host processes for attacks at the same time. Default 2. */
  concurrency?: number
  /** Called with each result as it comes. */
  onResult?(result: TestResult | AttackResult): void
}

/** All that the kit found out about an engine in one placement, as data: it can be written as JSON. */
export interface ConformanceReport extends Omit<AttackReport, 'results' | 'counts' | 'worst'> {
  /** Nothing that is declared was found not to hold. */
  conforms: boolean
  platform: string
  suites: { passed: number; failed: number; results: TestResult[] }
  attacks: Pick<AttackReport, 'results' | 'counts' | 'worst'>
  /** How far beyond its enforced limits guests really came. */
  figures: Figure[]
}

/**
 * Runs the whole kit over a provider: suites, attacks and measurements, all in disposable host processes.
 *
 * @throws {UnusableProvider} where no host can load the provider or make an executor of it, at once.
 */
export async function runConformance(provider: ProviderModule, given: ConformanceOptions = {}): Promise<ConformanceReport> {
  const { only, concurrency, onResult } = given
  const options = given.options ?? {}
  const suites = only === undefined ? (await runSuites(provider, options, undefined, onResult)).results : []
  const { results, counts, worst, ...subject } = await attackProvider(provider, {
    options,
    ...(only && { only }),
    ...(concurrency !== undefined && { concurrency }),
    ...(onResult && { onResult }),
  })
  const figures = only === undefined ? await measureLimits(provider, options, subject.capabilities) : []
  const failed = suites.filter((test) => !test.passed).length
  return {
    conforms: failed === 0 && counts.breached === 0 && counts.fault === 0,
    ...subject,
    platform: `${process.platform} ${process.arch}`,
    suites: { passed: suites.length - failed, failed, results: suites },
    attacks: { results, counts, worst },
    figures,
  }
}
