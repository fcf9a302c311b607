import { type AnswerCase, checkAnswer } from '../answers/answer.js'
import { endingCases } from '../answers/endings.js'
import { formCases } from '../answers/forms.js'
import { globalCases } from '../answers/globals.js'
import { sessionCases } from '../answers/sessions.js'
import { valueCases } from '../answers/values.js'
import { asynchronous } from './async.js'
import { Bench, type SuiteTarget, type TestApi } from './bench.js'
import { concurrency } from './concurrency.js'
import { hostFunctionSuite } from './host-functions.js'
import { isolation } from './isolation.js'
import { lifecycle } from './lifecycle.js'
import { limits } from './limits.js'
import { options } from './options.js'
import { surface } from './surface.js'

export type { SuiteTarget, TestApi } from './bench.js'

type Suite = (bench: Bench) => void

/** The same answer as on every other engine, case by case. */
const answers =
  (cases: readonly AnswerCase[]): Suite =>
  (bench) => {
    for (const each of cases) {
      bench.api.test(each.name, async () => {
        const wrong = await checkAnswer(each, bench.shared)
        if (wrong !== undefined) throw new Error(`${each.source}\n${wrong}`)
      })
    }
  }

/** Suites of one table: all engines must give these same answers. */
export const ANSWER_SUITES: Readonly<Record<string, Suite>> = {
  values: answers(valueCases),
  endings: answers(endingCases),
  forms: answers(formCases),
  globals: answers(globalCases),
  sessions: answers(sessionCases),
}

/** Suites of behaviour. */
export const BEHAVIOUR_SUITES: Readonly<Record<string, Suite>> = {
  surface,
  limits,
  async: asynchronous,
  'host functions': hostFunctionSuite,
  isolation,
  options,
  lifecycle,
  concurrency,
}

export const SUITES: Readonly<Record<string, Suite>> = { ...ANSWER_SUITES, ...BEHAVIOUR_SUITES }

/**
 * Registers suites for a provider with a test runner. What its capabilities declare must hold; what they do not declare
 * must be refused.
 *
 * @example
 * import { afterAll, describe, test } from 'vitest'
 * conformanceSuites({ provider: myProvider }, { afterAll, describe, test })
 */
export function conformanceSuites(target: SuiteTarget, api: TestApi, suites: Readonly<Record<string, Suite>> = SUITES): void {
  const bench = new Bench(target, api)
  for (const [name, suite] of Object.entries(suites)) api.describe(name, () => suite(bench))
  api.afterAll(() => bench.close())
}
