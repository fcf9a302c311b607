import { afterAll, describe, test } from 'vitest'
import { BEHAVIOUR_SUITES, describeConformance } from '../dist/index.js'
import { PAIRS } from './pairs.js'

for (const { name, provider, options } of PAIRS) {
  describe(name, () => describeConformance(provider, { options, api: { afterAll, describe, test }, suites: BEHAVIOUR_SUITES }))
}
