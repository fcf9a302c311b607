import type { ExecutorOptions, ExecutorProvider } from '@beddel/core'
import { FAMILIES } from '../attacks/attack.js'
import type { TestApi } from '../suites/bench.js'
import { conformanceSuites, SUITES } from '../suites/index.js'
import { attackProvider } from './attack-provider.js'
import { nodeEnvironment } from './environment.js'
import type { ProviderModule } from './job.js'

export interface DescribeOptions {
  /** Options of every executor: the placement, and what the engine itself needs. */
  options?: ExecutorOptions & Record<string, unknown>
  /** Where a disposable host finds the provider. With it the attacks run too, one test for each family. */
  module?: ProviderModule
  /** The test runner's functions; by default the globals `describe`, `test` or `it`, and `afterAll` or `after`. */
  api?: TestApi
  /** Suites to register; all by default. */
  suites?: Parameters<typeof conformanceSuites>[2]
}

const TEST_MS = 60_000
const FAMILY_MS = 300_000

/**
 * Registers the suites, and with `module` the attacks, with a test runner. What the provider's capabilities declare must
 * hold; what they do not declare must be refused.
 *
 * @example
 * import { afterAll, describe, test } from 'vitest'
 * describeConformance(myProvider, { api: { afterAll, describe, test }, module: { module: import.meta.resolve('my-executor'), export: 'myProvider' } })
 */
export function describeConformance(provider: ExecutorProvider, given: DescribeOptions = {}): void {
  const { options = {}, module, suites = SUITES } = given
  const api = given.api ?? globalApi()
  const slow: TestApi = { ...api, test: (name, body, timeoutMs = TEST_MS) => api.test(name, body, timeoutMs) }
  conformanceSuites({ provider, options, environment: nodeEnvironment }, slow, suites)
  if (module === undefined) return
  api.describe('attacks', () => {
    for (const family of FAMILIES) {
      api.test(
        family,
        async () => {
          const { results } = await attackProvider(module, { options, only: [family] })
          const wrong = results.filter(({ standing }) => standing === 'breached' || standing === 'fault')
          if (wrong.length > 0) throw new Error(wrong.map(({ id, standing, why }) => `${id} ${standing}: ${why}`).join('\n'))
        },
        FAMILY_MS,
      )
    }
  })
}

function globalApi(): TestApi {
  const { describe, test, it, afterAll, after } = globalThis as Record<string, unknown>
  const api = { describe, test: test ?? it, afterAll: afterAll ?? after }
  for (const [name, found] of Object.entries(api)) {
    if (typeof found !== 'function') {
      throw new TypeError(`There is no global ${name}: give the test runner's functions, as in { api: { describe, test, afterAll } }`)
    }
  }
  return api as TestApi
}
