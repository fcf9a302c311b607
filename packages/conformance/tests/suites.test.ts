import { afterAll, describe, test } from 'vitest'
import { BEHAVIOUR_SUITES, conformanceSuites } from '../dist/index.js'
import { PAIRS } from './pairs.js'

for (const { name, provider, options } of PAIRS) {
  describe(name, () => conformanceSuites({ provider, options }, { afterAll, describe, test }, BEHAVIOUR_SUITES))
}
