import { afterAll, expect, test } from 'vitest'
import { IsolatedVmExecutor } from '../dist/index.js'

const executor = new IsolatedVmExecutor()
afterAll(() => executor.dispose())

test('runs a script, an async body and a module', async () => {
  expect((await executor.run('2 + 2')).result).toBe(4)
  expect((await executor.run('return 2 + 2')).result).toBe(4)
  expect((await executor.run('export default 7')).result).toBe(7)
})

test('calls host functions', async () => {
  const outcome = await executor.run('return await add(1, 2)', { hostFunctions: { add: (a: number, b: number) => a + b } })
  expect(outcome.result).toBe(3)
})

test.each([
  ['Array(1e9).fill(0)', 'BEDDEL_MEMORY_LIMIT'],
  ['for(;;)new Array(1000).fill(1.1)', 'BEDDEL_TIMEOUT'],
  ['new Array(2**32-1).indexOf(5)', 'BEDDEL_TIMEOUT'],
  ['new Promise(()=>{})', 'BEDDEL_TIMEOUT'],
  ['function f(){return f()} f()', 'BEDDEL_STACK_LIMIT'],
  ['throw new RangeError("Maximum call stack size exceeded")', 'BEDDEL_GUEST_THROWN'],
])('%s ends in %s', async (source, code) => {
  const outcome = await executor.run(source, { limits: { timeoutMs: 1_000, memoryBytes: 16 * 1024 * 1024 } })
  expect(outcome.error?.code).toBe(code)
})

test('runs synchronously', () => {
  expect(executor.runSync?.('1 + 1').result).toBe(2)
})
