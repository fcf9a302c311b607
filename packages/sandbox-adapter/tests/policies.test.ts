import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Policy, type PolicyContext, SandboxAdapter } from '../dist/index.js'

const seen: PolicyContext[] = []
const verdicts = { refuse: false }
const policy: Policy = {
  name: 'no eval',
  check: (context) => {
    seen.push(context)
    return context.code.includes('forbidden') || verdicts.refuse
      ? { allow: false, reason: 'it is forbidden', details: { rule: 7 } }
      : { allow: true }
  },
}
const sandbox = new SandboxAdapter({ policies: [policy] })
beforeAll(() => sandbox.ready())
afterAll(() => sandbox.dispose())

test('a policy sees the run and lets it pass', async () => {
  expect(await sandbox.run('1 + 1', { tenant: 'a', filename: 'a.js' })).toBe(2)
  const codeHash = createHash('sha256').update('1 + 1').digest('hex')
  expect(seen.at(-1)).toMatchObject({ code: '1 + 1', tenant: 'a', language: 'js', filename: 'a.js', codeHash })
})

test('a refusal ends the run before anything of it reaches the engine', async () => {
  const before = sandbox.getStats()
  const outcome = await sandbox.tryRun('forbidden()')
  expect(outcome).toMatchObject({ success: false, engine: 'isolated-vm', codeHash: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(outcome.error).toMatchObject({
    code: 'BEDDEL_POLICY',
    phase: 'admit',
    started: false,
    details: { rule: 7, policy: 'no eval' },
  })
  expect(outcome.error?.message).toContain('it is forbidden')
  const after = sandbox.getStats()
  expect(after.failureCount - before.failureCount).toBe(1)
  expect(after.byError.BEDDEL_POLICY).toBe(1)
  expect(() => sandbox.runSync('forbidden()')).toThrow(expect.objectContaining({ code: 'BEDDEL_POLICY' }))
})

test('programs are asked about at compile and at each run, sessions at each source', async () => {
  await expect(sandbox.compile('forbidden()')).rejects.toMatchObject({ code: 'BEDDEL_POLICY' })
  const program = await sandbox.compile('1')
  expect((await program.run()).result).toBe(1)
  verdicts.refuse = true
  expect((await program.run()).error?.code).toBe('BEDDEL_POLICY')
  verdicts.refuse = false
  const session = await sandbox.session()
  expect((await session.run('forbidden()')).error?.code).toBe('BEDDEL_POLICY')
  expect((await session.run('var x = 4; x')).result).toBe(4)
  await session.dispose()
})

test.each([
  ['throws', () => expect.fail('the check broke'), 'failed'],
  ['says nothing', () => undefined, 'gave no verdict'],
  ['says yes in other words', () => ({ allow: 'yes' }), 'gave no verdict'],
])('a policy that %s refuses', async (_, check, words) => {
  await using adapter = new SandboxAdapter({ policies: [{ name: 'odd', check: check as never }] })
  const { error } = await adapter.tryRun('1')
  expect(error?.code).toBe('BEDDEL_POLICY')
  expect(error?.message).toContain(words)
})

test("a policy has the run's own time, and takes from it", async () => {
  await using stuck = new SandboxAdapter({ policies: [{ name: 'stuck', check: () => new Promise(() => {}) }] })
  await stuck.ready()
  const startedAt = performance.now()
  const { error, duration } = await stuck.tryRun('1', { timeoutMs: 150 })
  expect(error).toMatchObject({ code: 'BEDDEL_TIMEOUT', details: { policy: 'stuck' } })
  expect(performance.now() - startedAt).toBeLessThan(400)
  expect(duration).toBeGreaterThanOrEqual(140)
  const aborted = await stuck.tryRun('1', { signal: AbortSignal.timeout(20) })
  expect(aborted.error?.code).toBe('BEDDEL_ABORTED')

  const slow: Policy = { name: 'slow', check: () => new Promise((resolve) => setTimeout(resolve, 300, { allow: true })) }
  await using adapter = new SandboxAdapter({ policies: [slow] })
  await adapter.ready()
  const began = performance.now()
  const outcome = await adapter.tryRun('for(;;);', { timeout: 500 })
  expect(outcome.error?.code).toBe('BEDDEL_TIMEOUT')
  expect(performance.now() - began).toBeLessThan(750)
  expect(outcome.duration).toBeGreaterThan(450)
})

test('a synchronous run does not wait for a promise', async () => {
  await using adapter = new SandboxAdapter({ policies: [{ name: 'later', check: async () => ({ allow: true }) }] })
  await adapter.ready()
  expect(() => adapter.runSync('1')).toThrow(/cannot wait/)
})
