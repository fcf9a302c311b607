import { afterAll, expect, test } from 'vitest'
import { AdapterRunner } from '../src/adapter-runner.ts'
import type { RunOrder } from '../src/runner.ts'

const runner = new AdapterRunner()
afterAll(() => runner.dispose())
const order = (code: string, more: Partial<RunOrder> = {}): RunOrder => ({ code, language: 'js', limits: {}, web: false, ...more })
const run = (...given: Parameters<typeof order>) => runner.run(order(...given), () => {}, new AbortController().signal)

test('an ending has what the engine measured', async () => {
  const ending = await run('({ a: 1 })')
  expect(ending).toMatchObject({ result: '{ a: 1 }', engine: 'isolated-vm', placement: 'process', usage: { hostCalls: 0, logBytes: 0 } })
  expect(ending.durationMs).toBeGreaterThan(0)
})

test('an error has its facts as text', async () => {
  const { error } = await run("throw Object.assign(new TypeError('no', { cause: new Error('why') }), { id: 7n })")
  expect(error).toMatchObject({ code: 'BEDDEL_GUEST_THROWN', origin: 'guest', started: true, guest: { name: 'TypeError', message: 'no' } })
  expect(error?.guest?.properties).toBe('{ id: 7n }')
  expect(error?.guest?.cause).toContain('message: "why"')
  expect((await run('throw [1]')).error?.guest?.value).toBe('[1]')
})

test('mistakes in an order are endings, and name the option', async () => {
  expect((await run('1', { limits: { memoryBytes: 1 } })).error).toMatchObject({ code: 'BEDDEL_INVALID_OPTION' })
  expect((await run('1', { engine: 'isolated' })).error?.message).toContain('did you mean "isolated-vm"')
})

test('input is there only where it was given', async () => {
  expect((await run('typeof input')).result).toBe('"undefined"')
  expect((await run('input', { input: null })).result).toBe('null')
})

test('an adapter that is running is kept, however many other shapes come', async () => {
  const stop = new AbortController()
  const { promise: begun, resolve } = Promise.withResolvers<void>()
  const long = order("console.log('begun'); for (;;) await sleep(100)", { limits: { timeoutMs: 60_000, hostCalls: 10_000 } })
  const ending = runner.run(long, () => resolve(), stop.signal)
  await begun
  for (const hostCalls of [1, 2, 3, 4]) expect((await run('1', { limits: { hostCalls } })).result).toBe('1')
  stop.abort()
  expect((await ending).error?.code).toBe('BEDDEL_ABORTED')
})

test('explain() is data: it survives JSON', async () => {
  const found = await runner.explain({ limits: { operations: 10 }, web: true })
  expect(JSON.parse(JSON.stringify(found))).toMatchObject({ chosen: 'isolated-vm', trust: 'untrusted' })
})
