import { afterAll, expect, test } from 'vitest'
import { createExecutor, createSandboxAdapter, type RunOptions, SandboxAdapter, SandboxError } from '../dist/index.js'
import { declared, FakeEngine, outcome } from './fakes.js'

const sandbox = new SandboxAdapter({ globals: { greeting: 'hello' } })
afterAll(() => sandbox.dispose())

test('nothing is selected before the first use', async () => {
  const idle = createSandboxAdapter()
  expect(idle.getEngine()).toBeNull()
  expect(idle.getStats()).toMatchObject({ type: null, executionCount: 0 })
  await idle.dispose()
})

test('run gives the value, or throws the error', async () => {
  expect(await sandbox.run('2 + 2')).toBe(4)
  expect(await sandbox.run('return greeting + input', { input: '!' })).toBe('hello!')
  const error = await sandbox.run('throw new TypeError("no")').catch((e: unknown) => e)
  expect(SandboxError.isInstance(error)).toBe(true)
  expect(error).toMatchObject({ code: 'BEDDEL_GUEST_THROWN', guest: { name: 'TypeError', message: 'no' } })
  expect(sandbox.getEngine()).toBe('isolated-vm')
})

test('tryRun gives the whole outcome', async () => {
  expect(await sandbox.tryRun('return 1')).toMatchObject({ success: true, result: 1, engine: 'isolated-vm', placement: 'process' })
  const failed = await sandbox.tryRun('for(;;);', { timeout: 100 })
  expect(failed.error?.code).toBe('BEDDEL_TIMEOUT')
})

test('mistakes of the host throw, with the nearest name', async () => {
  await expect(sandbox.run('1', { tenent: 'a' } as never)).rejects.toMatchObject({
    code: 'BEDDEL_INVALID_OPTION',
    details: { nearest: 'tenant' },
  })
  await expect(sandbox.run('1', { timeout: 5, timeoutMs: 5 })).rejects.toMatchObject({ code: 'BEDDEL_INVALID_OPTION' })
  await expect(sandbox.run('1', { timeout: 5, limits: { timeoutMs: 5 } })).rejects.toMatchObject({ code: 'BEDDEL_INVALID_OPTION' })
  await expect(sandbox.run(3 as never)).rejects.toMatchObject({ code: 'BEDDEL_INVALID_OPTION' })
  expect(() => sandbox.runSync('1', { tenent: 'a' } as never)).toThrow(/tenant/)
})

test('the old names of options still work', async () => {
  await using old = new SandboxAdapter({ timeout: 300, memoryLimit: 16, sandbox: { a: 1 } })
  // The engine's start is of the first run's time, and not what this is about.
  await old.ready()
  expect(await old.run('a')).toBe(1)
  expect(await old.run('a + b', { sandbox: { b: 2 } })).toBe(3)
  const startedAt = performance.now()
  expect((await old.tryRun('for(;;);')).error?.code).toBe('BEDDEL_TIMEOUT')
  expect(performance.now() - startedAt).toBeLessThan(1_000)
  // To fill its memory a guest takes longer on some machines than this adapter gives it.
  expect((await old.tryRun('const a = []; for (;;) a.push({})', { timeout: 10_000 })).error?.code).toBe('BEDDEL_MEMORY_LIMIT')
})

test('programs and sessions', async () => {
  const program = await sandbox.compile('input + 1')
  expect((await program.run({ input: 1, timeout: 1_000 } as never)).result).toBe(2)
  await expect(program.run({ form: 'module' } as never)).rejects.toMatchObject({ code: 'BEDDEL_INVALID_OPTION' })
  await program.dispose()
  const session = await sandbox.session()
  await session.run('var n = 1; function add(x) { return n += x }')
  expect((await session.call('add', [2])).result).toBe(3)
  expect((await session.run('n')).result).toBe(3)
  await session.dispose()
})

test('stats count failures, and not the canary', async () => {
  const before = sandbox.getStats()
  await sandbox.tryRun('1')
  await sandbox.tryRun('throw 1')
  const after = sandbox.getStats()
  expect(after.executionCount - before.executionCount).toBe(2)
  expect(after.failureCount - before.failureCount).toBe(1)
  expect(after.successCount + after.failureCount).toBe(after.executionCount)
  await using fresh = await createExecutor('isolated-vm', { timeout: 1_000, memoryLimit: 16 })
  expect(fresh.getStats()).toMatchObject({ type: 'isolated-vm', executionCount: 0, averageDuration: 0, byError: {} })
  expect(await fresh.run('return 2 + 2;')).toMatchObject({ success: true, result: 4, codeHash: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(fresh.getStats()).toMatchObject({ executionCount: 1, activeIsolates: 0 })
  expect(fresh.getStats().averageDuration).toBeGreaterThan(0)
})

/** It takes 200 ms to be made. */
function slowEngine() {
  const slow = new FakeEngine('slow')
  const { provider } = slow
  const create = async () => {
    await new Promise((resolve) => setTimeout(resolve, 200))
    return provider.create()
  }
  return { slow, engine: { ...provider, create } }
}

test('the selection takes of the time of the run that waits for it', async () => {
  const { slow, engine } = slowEngine()
  const adapter = new SandboxAdapter({ engine, timeoutMs: 2_000 })
  const late = { code: 'BEDDEL_TIMEOUT', started: false, message: expect.stringContaining('ready()') }
  await expect(adapter.run('1', { timeoutMs: 50 })).rejects.toMatchObject(late)
  const outcome = await adapter.tryRun('2')
  expect(outcome.duration).toBeGreaterThan(50)
  const request = slow.made[0]?.runs[1]?.[1] as { limits: { timeoutMs: number } }
  expect(request.limits.timeoutMs).toBeLessThan(1_950)
})

test('an abort ends the wait for the selection', async () => {
  const { slow, engine } = slowEngine()
  const adapter = new SandboxAdapter({ engine })
  const startedAt = performance.now()
  await expect(adapter.run('1', { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ code: 'BEDDEL_ABORTED', started: false })
  expect(performance.now() - startedAt).toBeLessThan(150)
  // For the others it goes on, and happens once.
  expect(await Promise.all([adapter.run('a'), adapter.run('b')])).toEqual(['slow ran a', 'slow ran b'])
  expect(slow.made).toHaveLength(1)
})

test('after dispose every call is refused, also one that was waiting for the selection', async () => {
  const fake = new FakeEngine('fake')
  const adapter = new SandboxAdapter({ engine: fake.provider })
  const waiting = adapter.run('1')
  const disposed = adapter.cleanup()
  await expect(waiting).rejects.toMatchObject({ code: 'BEDDEL_DISPOSED' })
  await disposed
  expect(fake.made.every((made) => made.disposed)).toBe(true)
  await expect(adapter.run('1')).rejects.toMatchObject({ code: 'BEDDEL_DISPOSED' })
  await expect(adapter.ready()).rejects.toMatchObject({ code: 'BEDDEL_DISPOSED' })
  expect(() => adapter.runSync('1')).toThrow(expect.objectContaining({ code: 'BEDDEL_DISPOSED' }))
  await adapter.dispose()
})

test('a selection that failed is made again by the next call', async () => {
  const fake = new FakeEngine('fake')
  fake.canary = 'wrong'
  const adapter = new SandboxAdapter({ engine: fake.provider })
  await expect(adapter.run('1')).rejects.toMatchObject({ code: 'BEDDEL_ENGINE_UNAVAILABLE' })
  fake.canary = 'right'
  expect(await adapter.run('1')).toBe('fake ran 1')
})

test('what an engine has not is said by name', async () => {
  const adapter = new SandboxAdapter({ engine: new FakeEngine('fake').provider })
  await expect(adapter.compile('1')).rejects.toMatchObject({ code: 'BEDDEL_OPTION_UNSUPPORTED', details: { path: 'compile' } })
  await expect(adapter.session()).rejects.toMatchObject({ code: 'BEDDEL_OPTION_UNSUPPORTED', details: { path: 'session' } })
  expect(() => adapter.runSync('1')).toThrow(expect.objectContaining({ code: 'BEDDEL_OPTION_UNSUPPORTED' }))
})

test('an engine without a word of the result that it claims is not believed', async () => {
  const liar = new FakeEngine('liar', declared())
  liar.run = async () => outcome('never reached')
  liar.canary = 'wrong'
  await expect(new SandboxAdapter({ engine: liar.provider }).run('1')).rejects.toMatchObject({ code: 'BEDDEL_ENGINE_UNAVAILABLE' })
})

test('a limit that ended a run is named with its number and its option', async () => {
  await using adapter = new SandboxAdapter({ engine: 'quickjs' })
  const ended = async (code: string, options: RunOptions): Promise<string | undefined> =>
    (await adapter.tryRun(code, options)).error?.message
  expect(await ended('for (;;);', { operations: 5_000 })).toMatch(/5000 \(limits\.operations\)/)
  const hostFunctions = { f: () => 1 }
  expect(await ended('await f(); await f()', { hostCalls: 1, hostFunctions })).toMatch(/limit of 1 \(limits\.hostCalls\)/)
  await using small = new SandboxAdapter({ engine: 'isolated-vm', memoryLimit: 8.5, timeoutMs: 20_000 })
  const { error } = await small.tryRun('const a = []; for (;;) a.push({ n: a.length })')
  expect(error?.message).toMatch(/8912896 bytes \(8\.5 MB; limits\.memoryBytes\)/)
})

test("an option of the adapter's that is given to a run is said to be that", async () => {
  await using adapter = new SandboxAdapter({ engine: 'quickjs' })
  const refusal = (work: () => Promise<unknown>) =>
    expect(work()).rejects.toMatchObject({
      code: 'BEDDEL_INVALID_OPTION',
      message: expect.stringContaining('new SandboxAdapter()') as string,
    })
  await refusal(() => adapter.run('1', { engine: 'quickjs' } as RunOptions))
  await refusal(() => adapter.run('1', { web: true } as RunOptions))
  const session = await adapter.session()
  await refusal(() => session.run('1', { trust: 'trusted' } as never))
})
