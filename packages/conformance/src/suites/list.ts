import type { SuiteTarget } from './bench.js'
import { conformanceSuites } from './index.js'

/** What became of one test, as data. */
export interface TestResult {
  /** `suite › name`. */
  id: string
  passed: boolean
  /** Why not. */
  why?: string
}

export interface TestList {
  /** Performs one of the tests. */
  perform(id: string): Promise<TestResult>
  ids: string[]
  close(): Promise<void>
}

/** All tests of the suites for a provider, for a runner that has none of its own. */
export function listTests(target: SuiteTarget): TestList {
  const tests = new Map<string, () => Promise<void>>()
  const ends: (() => Promise<void>)[] = []
  let suite = ''
  conformanceSuites(target, {
    describe: (name, body) => {
      suite = name
      body()
    },
    test: (name, body) => void tests.set(`${suite} › ${name}`, body),
    afterAll: (body) => void ends.push(body),
  })
  return {
    ids: [...tests.keys()],
    close: async () => {
      for (const end of ends) await end()
    },
    perform: async (id) => {
      try {
        const test = tests.get(id)
        if (test === undefined) throw new Error('there is no such test')
        await test()
        return { id, passed: true }
      } catch (error) {
        return { id, passed: false, why: error instanceof Error ? error.message : String(error) }
      }
    },
  }
}
