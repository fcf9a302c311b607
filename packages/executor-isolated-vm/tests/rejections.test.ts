import { afterAll, describe, expect, test } from 'vitest'
import { IsolatedVmExecutor } from '../dist/index.js'

describe.each(['process', 'in-process'] as const)('rejections that nobody handles, %s', (placement) => {
  const executor = new IsolatedVmExecutor({ placement, trust: 'trusted', hostFunctions: { one: async () => 1 } })
  afterAll(() => executor.dispose())

  test.each([
    ['(async () => { throw new Error("x") })(); 5', 5],
    ['(async () => { throw new Error("x") })(); return await one()', 1],
    ['(async () => { await one(); throw new Error("x") })(); await one(); return await one()', 1],
  ])('%s is %s', async (source, value) => {
    const outcome = await executor.run(source, { limits: { timeoutMs: 2_000 } })
    expect(outcome.error).toBeUndefined()
    expect(outcome.result).toBe(value)
  })

  test('a syntax error that the guest makes beside one is still its own', async () => {
    const outcome = await executor.run('Promise.reject(1); JSON.parse("{")')
    expect(outcome.error).toMatchObject({ code: 'BEDDEL_GUEST_THROWN', guest: { name: 'SyntaxError' } })
  })
})

// isolated-vm copies what was rejected, getters included, and there no timeout holds: only the process can be ended.
test('one with a hostile getter ends in its time where there is a process to end', async () => {
  await using executor = new IsolatedVmExecutor()
  const outcome = await executor.run('Promise.reject({ get message() { for (;;); } }); 6', { limits: { timeoutMs: 500 } })
  expect(outcome.error?.code).toBe('BEDDEL_TIMEOUT')
  expect(outcome.duration).toBeLessThan(750)
})
