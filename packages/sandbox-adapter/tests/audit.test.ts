import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type AuditedRun, type Policy, SandboxAdapter, SandboxError } from '../dist/index.js'

const told: AuditedRun[] = []
afterEach(() => void told.splice(0))
const record = async (run: AuditedRun) => void told.push(run)
const policy: Policy = {
  name: 'no eval',
  check: ({ code }) => (code.includes('forbidden') ? { allow: false, reason: 'it is forbidden', threats: 2 } : { allow: true }),
}
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const last = () => told.at(-1) as AuditedRun

describe('a sink that is not required', () => {
  const sandbox = new SandboxAdapter({ audit: { required: false, record }, policies: [policy], tenant: 'acme' })
  beforeAll(() => sandbox.ready())
  afterAll(() => sandbox.dispose())

  test('is told of a run: who, what for, hashes and figures', async () => {
    const input = { n: 1, at: new Date(0) }
    const outcome = await sandbox.tryRun('input.n + 1', {
      input,
      timeoutMs: 900,
      filename: 'sum.js',
      who: 'alice',
      effect: { id: 'sum', version: '2' },
    })
    expect(outcome).toMatchObject({ success: true, result: 2 })
    expect(told).toHaveLength(1)
    expect(last()).toMatchObject({
      stage: 'end',
      kind: 'run',
      who: 'alice',
      effect: 'sum',
      effectVersion: '2',
      tenant: 'acme',
      engine: 'isolated-vm',
      placement: 'process',
      filename: 'sum.js',
      executionId: outcome.executionId,
      code: { hash: sha256('input.n + 1'), bytes: 11 },
      input: { type: 'object', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      result: { type: 'number', hash: sha256('1j2'), bytes: 3 },
      usage: { hostCalls: 0 },
      ending: { success: true },
      policies: [{ policy: 'no eval', allowed: true }],
      values: { code: 'input.n + 1', input, result: 2 },
    })
    expect(last().limits).toMatchObject({ timeoutMs: 900, sourceBytes: 1024 * 1024 })
    await sandbox.run('1', { input: { n: 1, at: new Date(0) } })
    expect(last().input?.hash).toBe(told[0]?.input?.hash)
  })

  test.each([
    ['a limit', 'for (;;);', { timeoutMs: 100 }, { code: 'BEDDEL_TIMEOUT', started: true }],
    ['an error', 'throw new Error("no")', {}, { code: 'BEDDEL_GUEST_THROWN', message: 'Error: no' }],
    ['a syntax error', '1 +', {}, { code: 'BEDDEL_GUEST_SYNTAX' }],
    ['a refusal', 'forbidden()', {}, { code: 'BEDDEL_POLICY', phase: 'admit', started: false }],
  ])('is told of %s', async (_, source, options, ending) => {
    const { executionId } = await sandbox.tryRun(source, options)
    expect(last()).toMatchObject({ executionId, ending: { success: false, ...ending }, code: { hash: sha256(source) } })
    expect(last().result).toBeUndefined()
  })

  test('is told of what the policies decided', async () => {
    await sandbox.tryRun('forbidden()')
    expect(last().policies).toEqual([{ policy: 'no eval', allowed: false, threats: 2, reason: expect.stringContaining('it is forbidden') }])
    await expect(sandbox.compile('forbidden()')).rejects.toMatchObject({ code: 'BEDDEL_POLICY' })
    expect(last()).toMatchObject({ kind: 'compile', ending: { code: 'BEDDEL_POLICY' }, policies: [{ allowed: false }] })
  })

  test('is told of every kind of run', async () => {
    sandbox.runSync('1', { who: 'sync' })
    expect(last()).toMatchObject({ kind: 'run', who: 'sync', result: { hash: sha256('1j1') } })
    expect(() => sandbox.runSync('forbidden()')).toThrow()
    expect(last()).toMatchObject({ kind: 'run', ending: { code: 'BEDDEL_POLICY' } })
    const program = await sandbox.compile('2', { effect: { id: 'two' }, who: 'ann' })
    expect(last()).toMatchObject({ kind: 'compile', effect: 'two', who: 'ann', ending: { success: true } })
    await program.run({ who: 'cy' })
    expect(last()).toMatchObject({ kind: 'program', effect: 'two', who: 'cy', code: { hash: sha256('2') } })
    program.runSync?.()
    expect(last()).toMatchObject({ kind: 'program', result: { hash: sha256('1j2') } })
    const session = await sandbox.session({ tenant: 'b' })
    await session.run('var add = (a, b) => a + b; 0')
    expect(last()).toMatchObject({ kind: 'session', tenant: 'b' })
    await session.call('add', [1, 2], { who: 'bob', effect: { id: 'three' } })
    expect(last()).toMatchObject({
      kind: 'session',
      functionName: 'add',
      who: 'bob',
      effect: 'three',
      input: { type: 'array' },
      result: { hash: sha256('1j3') },
    })
    expect(last().code).toBeUndefined()
    await session.dispose()
  })

  test('is told where the call threw', async () => {
    await expect(sandbox.run('1', { form: 'poem' } as never)).rejects.toMatchObject({ code: 'BEDDEL_INVALID_OPTION' })
    expect(last()).toMatchObject({ ending: { success: false, code: 'BEDDEL_INVALID_OPTION' } })
    expect(last().executionId).toBeUndefined()
  })

  test('mistakes are named', async () => {
    await expect(sandbox.run('1', { whom: 'x' } as never)).rejects.toThrow(/Did you mean "who"/)
    await expect(sandbox.run('1', { who: 'x'.repeat(201) })).rejects.toThrow('who must be')
    await using plain = new SandboxAdapter()
    await expect(plain.run('1', { who: 'x' })).rejects.toMatchObject({ code: 'BEDDEL_OPTION_UNSUPPORTED' })
    expect(() => new SandboxAdapter({ audit: {} as never })).toThrow('audit must be')
    expect(() => new SandboxAdapter({ audit: { record, required: 'yes' } as never })).toThrow('audit must be')
  })
})

test.each([
  ['throws', () => expect.fail('the sink broke')],
  ['rejects', () => Promise.reject(new Error('the sink broke'))],
  ['never answers', () => new Promise(() => {})],
])('a sink that %s is nothing to a run', async (_, broken) => {
  await using sandbox = new SandboxAdapter({ audit: { required: false, record: broken as never } })
  expect(await sandbox.run('1 + 1')).toBe(2)
  expect(sandbox.runSync('1 + 1')).toBe(2)
})

describe('a sink that is required', () => {
  const sink = { required: true, record: record as (run: AuditedRun) => Promise<unknown> }
  const sandbox = new SandboxAdapter({ audit: sink, policies: [policy] })
  beforeAll(() => sandbox.ready())
  afterAll(() => sandbox.dispose())
  afterEach(() => void (sink.record = record))
  const ran: string[] = []
  const hostFunctions = { ran: (what: string) => void ran.push(what) }

  test('is told before the run, and after it', async () => {
    const order: string[] = []
    sink.record = async (run) => {
      await new Promise((resolve) => setTimeout(resolve, 30))
      order.push(run.stage)
      told.push(run)
    }
    const outcome = await sandbox.tryRun('ran("a")', { hostFunctions: { ran: () => void order.push('run') } })
    expect(outcome.success).toBe(true)
    expect(order).toEqual(['start', 'run', 'end'])
    const [start, end] = told as [AuditedRun, AuditedRun]
    expect(start.runId).toBe(end.runId)
    expect(start).toMatchObject({ code: { hash: outcome.codeHash }, values: {} })
    expect([start.executionId, end.executionId]).toEqual([undefined, outcome.executionId])
    expect(outcome.duration).toBeGreaterThanOrEqual(25)
  })

  test('where it fails, nothing of the guest runs', async () => {
    sink.record = async () => Promise.reject(Object.assign(new Error('the disk is full'), { code: 'AUDIT_STORE_FULL' }))
    const outcome = await sandbox.tryRun('ran("never")', { hostFunctions })
    expect(ran).toEqual([])
    expect(outcome.error).toMatchObject({
      code: 'BEDDEL_POLICY',
      phase: 'admit',
      started: false,
      details: { policy: 'audit', audit: 'AUDIT_STORE_FULL' },
    })
    expect(outcome.error?.message).toContain('the disk is full')
    sink.record = () => new Promise(() => {})
    const late = await sandbox.tryRun('ran("never")', { hostFunctions, timeoutMs: 80 })
    expect(late.error).toMatchObject({ code: 'BEDDEL_POLICY', details: { audit: 'AUDIT_TIMEOUT' } })
    const aborted = await sandbox.tryRun('ran("never")', { hostFunctions, signal: AbortSignal.timeout(20) })
    expect(aborted.error?.code).toBe('BEDDEL_ABORTED')
    expect(ran).toEqual([])
  })

  test('where it fails at the end, the outcome is withheld', async () => {
    sink.record = async ({ stage }) => (stage === 'end' ? Promise.reject(new Error('gone')) : undefined)
    const outcome = await sandbox.tryRun('40 + 2')
    expect(outcome).toMatchObject({ success: false, error: { code: 'BEDDEL_POLICY', phase: 'result', started: true } })
    expect(outcome.result).toBeUndefined()
  })

  test('a refusal of a policy is told at its end, and programs and sessions wait too', async () => {
    expect((await sandbox.tryRun('forbidden()')).error?.code).toBe('BEDDEL_POLICY')
    expect(told.map(({ stage }) => stage)).toEqual(['end'])
    const program = await sandbox.compile('1')
    const session = await sandbox.session()
    sink.record = async () => Promise.reject(new Error('gone'))
    expect((await program.run()).error).toMatchObject({ details: { policy: 'audit' } })
    expect((await session.run('1')).error).toMatchObject({ details: { policy: 'audit' } })
    expect((await session.call('f')).error).toMatchObject({ details: { policy: 'audit' } })
    await session.dispose()
  })

  test('a synchronous run cannot wait, so it is refused', () => {
    expect(() => sandbox.runSync('1')).toThrow(/cannot wait/)
    try {
      sandbox.runSync('1')
    } catch (error) {
      expect(SandboxError.isInstance(error) && error.code).toBe('BEDDEL_POLICY')
    }
  })
})
