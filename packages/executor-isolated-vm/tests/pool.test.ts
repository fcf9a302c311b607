import type { Executor, ExecutorOptions } from '@beddel/core'
import { afterEach, expect, test } from 'vitest'
import { IsolatedVmExecutor } from '../dist/index.js'
import { childrenOf, eventually, isAlive, sleep } from './children.js'

let executor: Executor | undefined
afterEach(() => executor?.dispose())
const make = (options: ExecutorOptions = {}): IsolatedVmExecutor => (executor = new IsolatedVmExecutor(options)) as IsolatedVmExecutor
const never = { never: () => new Promise(() => {}) }
const parked = 'return await never()'

test('nothing starts before the first run', async () => {
  const before = childrenOf(process.pid).length
  make()
  await sleep(50)
  expect(childrenOf(process.pid).length).toBe(before)
})

test('a child that served one tenant never serves another', async () => {
  const one = make({ processes: { max: 1 } })
  await one.run('1', { tenant: 'a' })
  await one.run('1', { tenant: 'a' })
  expect(one.getStats().processes).toMatchObject({ spawned: 1 })
  await one.run('1', { tenant: 'b' })
  expect(one.getStats().processes).toMatchObject({ spawned: 2 })
  await one.run('1')
  expect(one.getStats().processes).toMatchObject({ spawned: 3, total: 1 })
})

test.each([
  [1, 'BEDDEL_TIMEOUT'],
  [2, undefined],
])('a parked run pins its child: of at most %i, the next run ends in %s', async (max, code) => {
  const pool = make({ hostFunctions: never, processes: { max } })
  const abort = new AbortController()
  const pinned = pool.run(parked, { tenant: 'a', signal: abort.signal })
  await eventually(() => pool.getStats().processes?.parked === 1)
  expect((await pool.run('1+1', { tenant: 'a', limits: { timeoutMs: 1_000 } })).error?.code).toBe(code)
  abort.abort()
  expect((await pinned).error?.code).toBe('BEDDEL_ABORTED')
})

test('with sharing, runs of the same tenant start beside a parked one, those of another do not', async () => {
  const pool = make({ hostFunctions: never, processes: { sharing: 'tenant', max: 1 } })
  const abort = new AbortController()
  const pinned = pool.run(parked, { tenant: 'a', signal: abort.signal })
  await eventually(() => pool.getStats().processes?.parked === 1)
  expect((await pool.run('1+1', { tenant: 'a' })).result).toBe(2)
  expect((await pool.run('1+1', { tenant: 'b', limits: { timeoutMs: 200 } })).error).toMatchObject({
    code: 'BEDDEL_TIMEOUT',
    started: false,
  })
  abort.abort()
  await pinned
})

test('with sharing, a parked run whose time is up leaves the one that executes beside it alone', async () => {
  const pool = make({ hostFunctions: never, processes: { sharing: 'tenant', max: 1 } })
  const pinned = pool.run(parked, { tenant: 'a', limits: { timeoutMs: 300 } })
  await eventually(() => pool.getStats().processes?.parked === 1)
  const busy = 'const until = Date.now() + 800; while (Date.now() < until); "done"'
  const beside = pool.run(busy, { tenant: 'a', limits: { timeoutMs: 3_000 } })
  const late = await pinned
  expect(late.error).toMatchObject({ code: 'BEDDEL_TIMEOUT', started: true })
  expect(late.duration).toBeLessThan(550)
  expect((await beside).result).toBe('done')
  // What was left behind is cleared away, and the child goes on.
  expect((await pool.run('1+1', { tenant: 'a' })).result).toBe(2)
  expect(pool.getStats().processes).toMatchObject({ spawned: 1, killed: 0 })
})

test('a spare child is started when one went to a tenant', async () => {
  const pool = make()
  await pool.run('1', { tenant: 'a' })
  expect(await eventually(() => pool.getStats().processes?.idle === 2)).toBe(true)
  await pool.run('1', { tenant: 'a' })
  expect(pool.getStats().processes).toMatchObject({ spawned: 2 })
})

test('parked runs do not keep others from the processors: max may exceed the cores', async () => {
  const pool = make({ hostFunctions: never, processes: { max: 8 } })
  const abort = new AbortController()
  const pinned = Array.from({ length: 6 }, () => pool.run(parked, { signal: abort.signal }))
  await eventually(() => pool.getStats().processes?.parked === 6)
  expect((await pool.run('1+1')).result).toBe(2)
  abort.abort()
  for (const one of pinned) expect((await one).error?.code).toBe('BEDDEL_ABORTED')
})

test('a full queue is BEDDEL_BUSY, not started and retryable', async () => {
  const pool = make({ processes: { max: 1, maxQueue: 2 }, hostFunctions: never })
  const abort = new AbortController()
  const pinned = pool.run(parked, { signal: abort.signal })
  await eventually(() => pool.getStats().processes?.parked === 1)
  const waiting = [pool.run('1'), pool.run('1')]
  const busy = await pool.run('1')
  expect(busy.error).toMatchObject({ code: 'BEDDEL_BUSY', started: false, retryable: true })
  abort.abort()
  await pinned
  for (const one of waiting) expect((await one).success).toBe(true)
})

test('aborted in the queue: nothing of it runs, nothing of the others is lost', async () => {
  const pool = make({ processes: { max: 1 }, hostFunctions: never })
  const abort = new AbortController()
  const late = new AbortController()
  const pinned = pool.run(parked, { signal: abort.signal })
  await eventually(() => pool.getStats().processes?.parked === 1)
  const waiting = pool.run('1', { signal: late.signal })
  late.abort()
  expect((await waiting).error).toMatchObject({ code: 'BEDDEL_ABORTED', started: false })
  expect(pool.getStats().processes).toMatchObject({ killed: 0 })
  abort.abort()
  await pinned
})

test('a signal that fired before is told before anything starts', async () => {
  const pool = make()
  expect((await pool.run('1', { signal: AbortSignal.abort() })).error).toMatchObject({ code: 'BEDDEL_ABORTED', started: false })
  expect(pool.getStats().processes).toMatchObject({ spawned: 0 })
})

test('an executing guest that is aborted ends at once', async () => {
  const pool = make()
  await pool.ready()
  const abort = new AbortController()
  const run = pool.run('for(;;);', { signal: abort.signal, limits: { timeoutMs: 10_000 } })
  await sleep(100)
  const at = performance.now()
  abort.abort()
  expect((await run).error).toMatchObject({ code: 'BEDDEL_ABORTED', started: true, retryable: false })
  expect(performance.now() - at).toBeLessThan(250)
})

test('a killed child settles its runs at once: the started one as lost, the others are done by another', async () => {
  const before = childrenOf(process.pid)
  const pool = make({ processes: { max: 1 } })
  await pool.ready()
  const [pid] = childrenOf(process.pid).filter((one) => !before.includes(one))
  const run = pool.run('for(;;);', { limits: { timeoutMs: 10_000 } })
  const waiting = pool.run('1+1')
  await sleep(100)
  process.kill(pid as number, 'SIGKILL')
  const outcome = await run
  expect(outcome.error).toMatchObject({ code: 'BEDDEL_ENGINE_CRASHED', started: true, retryable: false })
  expect(outcome.duration).toBeLessThan(1_000)
  expect((await waiting).result).toBe(2)
})

test('a session that loses its child says so', async () => {
  const before = childrenOf(process.pid)
  const pool = make()
  const session = await pool.session()
  await session.run('let n = 1')
  const [pid] = childrenOf(process.pid).filter((one) => !before.includes(one))
  process.kill(pid as number, 'SIGKILL')
  await eventually(() => !isAlive(pid as number))
  await sleep(100)
  expect((await session.run('n')).error?.code).toBe('BEDDEL_SESSION_LOST')
})

test('a launch prefix stands before the child', async () => {
  const pool = make({ processes: { launcher: ['/usr/bin/env', 'MARK=1'] } })
  expect((await pool.run('1+1')).result).toBe(2)
})

test('a launch prefix that cannot start gives the reason', async () => {
  const pool = make({ processes: { launcher: ['/nowhere/jail'] } })
  await expect(pool.ready()).rejects.toMatchObject({ code: 'BEDDEL_ENGINE_UNAVAILABLE', message: expect.stringContaining('/nowhere/jail') })
  expect((await pool.run('1')).error).toMatchObject({ code: 'BEDDEL_ENGINE_UNAVAILABLE', started: false })
})

test('idle children above the minimum end', async () => {
  const pool = make({ processes: { min: 0, idleTimeoutMs: 100 } })
  await pool.run('1')
  expect(await eventually(() => pool.getStats().processes?.total === 0)).toBe(true)
  expect((await pool.run('1+1')).result).toBe(2)
})

test('dispose settles everything and leaves nothing', async () => {
  const before = childrenOf(process.pid)
  const pool = make({ hostFunctions: never })
  const runs = [pool.run(parked), pool.run('for(;;);')]
  await eventually(() => pool.getStats().processes?.parked === 1)
  await pool.dispose()
  for (const run of runs) expect((await run).error?.code).toBe('BEDDEL_DISPOSED')
  await expect(pool.run('1')).rejects.toMatchObject({ code: 'BEDDEL_DISPOSED' })
  expect(await eventually(() => childrenOf(process.pid).every((pid) => before.includes(pid)))).toBe(true)
})

test.each([
  ['min', -1],
  ['max', 0],
  ['max', Number.NaN],
  ['idleTimeoutMs', 0],
  ['maxQueue', 1.5],
  ['sharing', 'all'],
  ['launcher', 'bwrap'],
])('processes.%s: %s is refused by name', (key, value) => {
  expect(() => make({ processes: { [key]: value } })).toThrow(
    expect.objectContaining({ code: 'BEDDEL_INVALID_OPTION', message: expect.stringContaining(`processes.${key}`) }),
  )
})

test('an unknown key names the nearest one', () => {
  expect(() => make({ processes: { maxx: 1 } as never })).toThrow(/"?max"?/)
})

test.each(['process', 'in-process'] as const)('a session that is disposed of ends the call that goes on in it (%s)', async (placement) => {
  const pool = make({ placement, trust: 'trusted', hostFunctions: never })
  const session = await pool.session()
  await session.run('1')
  const going = session.run(parked)
  await sleep(100)
  await session.dispose()
  const outcome = await going
  expect(outcome.error?.code).toBe('BEDDEL_DISPOSED')
  expect(outcome.duration).toBeLessThan(1_000)
  await expect(session.run('1')).rejects.toMatchObject({ code: 'BEDDEL_DISPOSED' })
})

test('a session that is disposed of while it computes ends too', async () => {
  const pool = make()
  const session = await pool.session()
  await session.run('1')
  const going = session.run('for(;;);', { limits: { timeoutMs: 10_000 } })
  await sleep(100)
  await session.dispose()
  expect((await going).error?.code).toBe('BEDDEL_DISPOSED')
})

test('a run that is given up behind another one in the pipe does no harm to that one', async () => {
  const pool = make({ processes: { max: 1 } })
  await pool.ready()
  const work = 'const end = Date.now() + 5; while (Date.now() < end); 1'
  const outcomes = await Promise.all(
    Array.from({ length: 300 }, (_, i) => {
      if (i % 3 !== 2) return pool.run(work)
      return pool.run(work, { signal: AbortSignal.timeout(10 + i * 5), limits: { timeoutMs: i % 2 === 0 ? 10 + i * 4 : 30_000 } })
    }),
  )
  const others = outcomes.filter((_, i) => i % 3 !== 2)
  expect(others.filter(({ success }) => !success).map(({ error }) => error?.message)).toEqual([])
  const codes = outcomes.filter((_, i) => i % 3 === 2).map(({ error }) => error?.code ?? 'answered')
  expect(codes.every((code) => ['answered', 'BEDDEL_ABORTED', 'BEDDEL_TIMEOUT'].includes(code))).toBe(true)
  expect(new Set(codes).size).toBeGreaterThan(1)
})
