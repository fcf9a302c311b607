import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { quickJsProvider } from '@beddel/executor-quickjs'
import { afterEach, expect, test } from 'vitest'
import {
  describeConformance,
  FAMILIES,
  reportText,
  runConformance,
  runSuites,
  SUITES,
  type TestApi,
  testIds,
  UnusableProvider,
} from '../dist/index.js'

const GLOBALS = ['describe', 'it', 'after'] as const
afterEach(() => GLOBALS.forEach((name) => Reflect.deleteProperty(globalThis, name)))

/** A runner that only writes down what it is given. */
function recorder() {
  const groups: string[] = []
  const tests: string[] = []
  const api: TestApi = {
    describe: (name, body) => {
      groups.push(name)
      body()
    },
    test: (name) => void tests.push(name),
    afterAll: () => {},
  }
  return { api, groups, tests }
}

test('suites are registered with any runner, and with a module one test for each family of attacks', () => {
  const { api, groups, tests } = recorder()
  describeConformance(quickJsProvider, { api })
  expect(groups).toEqual(Object.keys(SUITES))
  expect(tests.length).toBe(testIds().length)
  describeConformance(quickJsProvider, { api, module: { module: 'x' }, suites: {} })
  expect(groups.at(-1)).toBe('attacks')
  expect(tests.slice(-FAMILIES.length)).toEqual([...FAMILIES])
})

test('the runner’s globals will do; without them it says what to give', () => {
  expect(() => describeConformance(quickJsProvider)).toThrow(/no global describe.*api/)
  const { api, groups } = recorder()
  Object.assign(globalThis, { describe: api.describe, it: api.test, after: api.afterAll })
  describeConformance(quickJsProvider)
  expect(groups).toEqual(Object.keys(SUITES))
})

// Not with every engine: the guide says where that stops.
test('it runs under node:test', { timeout: 60_000 }, () => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const file = fileURLToPath(new URL('./fixtures/under-node-test.mjs', import.meta.url))
  const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', file], { encoding: 'utf8', env })
  expect(stdout).toMatch(/# pass 2\d/)
  expect(status).toBe(0)
})

const fixture = (name: string) => ({ module: new URL(`./fixtures/${name}`, import.meta.url).href })

test('a provider that ends its host fails those tests, and the runner goes on in a new host', { timeout: 120_000 }, async () => {
  const ids = testIds()
    .filter((id) => id.startsWith('surface › '))
    .slice(0, 4)
  const { results } = await runSuites(fixture('exits.mjs'), {}, ids)
  expect(results.map(({ id }) => id)).toEqual(ids)
  // The second asks for the capabilities, the third for a probe.
  expect(results.map(({ passed, why }) => [passed, why])).toEqual([
    [true, undefined],
    [false, 'the host crashed'],
    [false, 'the host crashed'],
    [true, undefined],
  ])
})

test.each([{ only: ['host-calls'] }, {}])('a provider that is not there ends the run at once: %j', { timeout: 30_000 }, async (given) => {
  const results: string[] = []
  const run = runConformance({ ...fixture('exits.mjs'), export: 'nope' }, { ...given, onResult: ({ id }) => results.push(id) })
  const error = await run.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UnusableProvider)
  expect(error).toMatchObject({ misuse: true, message: expect.stringContaining('has no export nope') })
  expect(results).toEqual([])
})

test('the report says what failed, family by family, as text and as JSON', { timeout: 120_000 }, async () => {
  const report = await runConformance(fixture('boasts.mjs'), { only: ['code-from-strings/direct-eval'] })
  expect(report.conforms).toBe(false)
  expect(JSON.parse(JSON.stringify(report))).toMatchObject({ conforms: false, attacks: { counts: { breached: 1 } } })
  const text = reportText(report)
  expect(text).toMatch(/code-from-strings +FAILED +1 of 1/)
  expect(text).toContain('It does not hold what it declares.')
})
