import { afterEach, expect, test } from 'vitest'
import { IsolatedVmExecutor } from '../dist/index.js'

let executor: IsolatedVmExecutor | undefined
afterEach(() => executor?.dispose())
class Service {
  hello() {}
}

test.each([
  ['language', 'typescript'],
  ['form', 'mod'],
  ['freshness', 'new'],
  ['tenant', ''],
  ['tenant', 5],
  ['onLog', 'x'],
  ['globals', 5],
  ['globals', [1]],
  ['processes', []],
  ['limits', []],
  ['hostFunctions', new Map([['a', () => 1]])],
])('an executor’s %s: %s is refused by name', (key, value) => {
  expect(() => new IsolatedVmExecutor({ [key]: value } as never)).toThrow(
    expect.objectContaining({ code: 'BEDDEL_INVALID_OPTION', message: expect.stringContaining(key) }),
  )
})

test.each([
  ['signal', 'x'],
  ['signal', null],
  ['globals', { undefined: 1 }],
  ['globals', { NaN: 1 }],
  ['globals', [1]],
  ['hostFunctions', { service: new Service() }],
])('a run’s %s: %s is refused by name', async (key, value) => {
  executor = new IsolatedVmExecutor()
  await expect(executor.run('1', { [key]: value } as never)).rejects.toMatchObject({
    code: 'BEDDEL_INVALID_OPTION',
    message: expect.stringContaining(key),
  })
})

test('no path of the host is in the stack of an error that it gives', async () => {
  executor = new IsolatedVmExecutor({ hostFunctions: { fail: async () => new Error('given') } })
  const outcome = await executor.run('return [input.stack, (await fail()).stack]', { input: new TypeError('boo') })
  expect(outcome.result).toEqual(['TypeError: boo', 'Error: given'])
})

test('lines that the log limit drops are counted', async () => {
  executor = new IsolatedVmExecutor()
  const outcome = await executor.run('for (let i = 0; i < 10; i++) console.log("x".repeat(100))', { limits: { logBytes: 250 } })
  expect(outcome.logs.length).toBe(2)
  expect(outcome.usage.logsDropped).toBe(8)
})

test('a session’s signal: fired before, while it waits, and while a call goes on', async () => {
  executor = new IsolatedVmExecutor()
  const before = await executor.session({ signal: AbortSignal.abort() })
  expect((await before.run('1')).error?.code).toBe('BEDDEL_ABORTED')
  const abort = new AbortController()
  const session = await executor.session({ signal: abort.signal })
  await session.run('1')
  const going = session.run('for (;;);', { limits: { timeoutMs: 10_000 } })
  setTimeout(() => abort.abort(), 100)
  expect((await going).error?.code).toBe('BEDDEL_ABORTED')
  expect((await session.run('1')).error?.code).toMatch(/BEDDEL_(ABORTED|SESSION_LOST)/)
})
