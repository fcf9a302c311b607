import type { Session, SessionOptions } from '@beddel/core'
import { afterEach, describe, expect, test } from 'vitest'
import { IsolatedVmExecutor } from '../dist/index.js'
import { sleep } from './children.js'

let executor: IsolatedVmExecutor | undefined
afterEach(() => executor?.dispose())

describe.each(['process', 'in-process'] as const)('sessions, %s', (placement) => {
  const open = (options: SessionOptions = {}): Promise<Session> => {
    executor = new IsolatedVmExecutor({ placement, trust: 'trusted' })
    return executor.session(options)
  }

  test('calls run one after another in the order in which they were made', async () => {
    const session = await open()
    void session.run('const seen = []; function see(n) { seen.push(n); return seen.length }')
    const calls = Array.from({ length: 500 }, (_, i) => session.call('see', [i]))
    const results = (await Promise.all(calls)).map(({ result }) => result)
    expect(results).toEqual(Array.from({ length: 500 }, (_, i) => i + 1))
    expect((await session.run('seen')).result).toEqual(Array.from({ length: 500 }, (_, i) => i))
  })

  test('a call that awaits holds the next ones back', async () => {
    const slow = async (n: number) => (await sleep(20), n)
    const session = await open({ hostFunctions: { slow } })
    await session.run('const order = []; async function go(n) { order.push("in" + n); await slow(n); order.push("out" + n) }')
    await Promise.all([session.call('go', [1]), session.call('go', [2]), session.call('go', [3])])
    expect((await session.run('order.join()')).result).toBe('in1,out1,in2,out2,in3,out3')
  })

  test('one that is given up while it waits never runs, and the session lives on', async () => {
    const slow = () => sleep(300)
    const session = await open({ hostFunctions: { slow } })
    await session.run('let ran = 0; async function go() { ran++; await slow() }')
    const first = session.call('go')
    const late = session.call('go', [], { limits: { timeoutMs: 50 } })
    const aborted = session.call('go', [], { signal: AbortSignal.timeout(50) })
    expect((await late).error).toMatchObject({ code: 'BEDDEL_TIMEOUT' })
    expect((await aborted).error).toMatchObject({ code: 'BEDDEL_ABORTED' })
    expect((await first).success).toBe(true)
    expect((await session.run('ran')).result).toBe(1)
  })

  test('a call that takes the cell along loses the session for those behind it', async () => {
    const session = await open()
    await session.run('let n = 1; function get() { return n }; function hang() { for (;;); }')
    const hung = session.call('hang', [], { limits: { timeoutMs: 200 } })
    const behind = [session.call('get'), session.call('get')]
    expect((await hung).error?.code).toBe('BEDDEL_TIMEOUT')
    for (const one of behind) expect((await one).error).toMatchObject({ code: 'BEDDEL_SESSION_LOST', started: false })
    expect((await session.call('get')).error).toMatchObject({ code: 'BEDDEL_SESSION_LOST', started: false })
  })

  test('globals come with the first call that begins', async () => {
    const session = await open({ globals: { base: 40 } })
    const refused = await session.call('f', [Symbol('x')])
    expect(refused.error?.code).toBe('BEDDEL_NOT_TRANSFERABLE')
    expect((await session.run('base + 2')).result).toBe(42)
    expect((await session.run('base = 1; base')).result).toBe(1)
    expect((await session.run('base')).result).toBe(1)
  })
})
