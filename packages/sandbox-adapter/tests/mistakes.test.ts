import { afterAll, expect, test } from 'vitest'
import { detectBestExecutor, getExecutorCapabilities, locateEngine, SandboxAdapter } from '../dist/index.js'

const sandbox = new SandboxAdapter({ engine: 'quickjs' })
afterAll(() => sandbox.dispose())
const invalid = { code: 'BEDDEL_INVALID_OPTION' }

test.each(['isolated-vm', 'quickjs'])('processes are refused where %s is to run in this process', async (engine) => {
  const wrong = new SandboxAdapter({ engine, placement: 'in-process', acceptHostRisk: true, processes: { launcher: ['bwrap'] } })
  await expect(wrong.run('1')).rejects.toMatchObject({ code: 'BEDDEL_OPTION_UNSUPPORTED', details: { path: 'processes' } })
})

test.each([
  [{ globals: { h: 1 }, hostFunctions: { h: () => 1 } }, 'hostFunctions.h'],
  [{ globals: { h: 1 }, hostFunctions: { h: { of: () => 1 } } }, 'hostFunctions.h'],
  [{ globals: { input: 1 }, input: 2 }, 'globals.input'],
  [{ hostFunctions: { input: () => 1 }, input: 2 }, 'hostFunctions.input'],
  [{ globals: new Map([['a', 1]]) as never }, 'globals'],
  [{ limits: [] as never }, 'limits'],
])('one name for two things, or values that nobody would find: %o', async (request, path) => {
  await expect(sandbox.run('1', request)).rejects.toMatchObject({ ...invalid, details: { path } })
})

test('names that differ go together', async () => {
  const request = { globals: { a: 1, inputs: 2 }, hostFunctions: { b: { a: () => 3 } }, input: 4 }
  expect(await sandbox.run('return [a, inputs, await b.a(), input]', request)).toEqual([1, 2, 3, 4])
})

test('the arguments of a call are a list', async () => {
  const session = await sandbox.session()
  await expect(session.call('f', 'abc' as never)).rejects.toMatchObject({ ...invalid, details: { path: 'args' } })
  await expect(session.call('f', 5 as never)).rejects.toMatchObject(invalid)
})

test.each([undefined, null, 5, {}])('the name of an engine is a string: %o', async (name) => {
  await expect(getExecutorCapabilities(name as never)).rejects.toMatchObject(invalid)
  expect(() => locateEngine(name as never)).toThrow(expect.objectContaining(invalid))
})

test.each([null, 5, []])('options are an object: %o', async (options) => {
  await expect(detectBestExecutor(options as never)).rejects.toMatchObject(invalid)
})

test.each(['quickjs', 'isolated-vm'])('a small limit on operations is the run’s, not that of the look whether %s works', async (engine) => {
  await using small = new SandboxAdapter({ engine, operations: 100 })
  expect(await small.run('1')).toBe(1)
  expect(await small.tryRun('for (let i = 0; i < 1e5; i++);')).toMatchObject({ error: { code: 'BEDDEL_OPERATION_LIMIT' } })
})

test('a launcher that fails is what the advice is about', async () => {
  const wrong = new SandboxAdapter({ engine: 'quickjs', processes: { launcher: ['/bin/false'] } })
  const { engines } = await wrong.explain()
  expect(engines.find(({ engine }) => engine === 'quickjs')?.fix).toContain('processes.launcher')
  await wrong.dispose()
})
