import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import type { Capabilities } from '@beddel/core'
import { EngineExecutor } from '@beddel/core/engine'
import { expect, test, vi } from 'vitest'
import { ProcessHost } from '../src/process-host.js'

const entry = fileURLToPath(new URL('fixtures/hostile-child.mjs', import.meta.url))
const hard = { enforced: 'hard' } as const
const capabilities: Capabilities = {
  placement: 'process',
  boundary: true,
  survivesGuest: true,
  isolation: 'process',
  limits: { wall: hard, cpu: hard, heap: hard, externalMemory: hard, stack: hard, operations: hard },
  hostCalls: 'sync+async',
  modules: true,
  wasm: false,
  codegen: false,
  typescript: false,
  session: true,
  compile: true,
  runSync: false,
  freshness: ['isolate'],
  intl: 'full',
  blocksHost: false,
}

const [STARTED, CALL, CALL_SYNC, LOG, PARKED, ENDED] = [34, 35, 36, 37, 39, 40]

/** What the child does with the one run: see fixtures/hostile-child.mjs. */
type Deed =
  | ['frame', type: number, delta: number, parts: string[]]
  | ['flood', type: number, parts: string[], times: number]
  | ['outgrown', delta: number]

const start: Deed = ['frame', STARTED, 0, []]
const frame = (type: number, ...parts: string[]): Deed => ['frame', type, 0, parts]
const flood = (type: number, ...parts: string[]): Deed => ['flood', type, parts, 1e9]
const value = (text: string): Deed => frame(ENDED, '{"kind":"value","figures":{}}', text)

function hostile(hostFunctions: Record<string, () => Promise<number>> = {}): EngineExecutor {
  const cells = { memoryBytes: 1e8, codegen: false, wasm: false, web: false, hideHostFrames: false }
  const processes = { max: 1 }
  const host = new ProcessHost({ engine: 'x', entry, flags: [], allowAddons: false, read: [], processes, cells })
  return new EngineExecutor({ engine: 'x', capabilities, options: { processes, hostFunctions }, host })
}

test('what does not lie is believed', async () => {
  await using executor = hostile()
  expect((await executor.run(JSON.stringify([start, value('1j42')]))).result).toBe(42)
})

test.each<[string, Deed[]]>([
  ['calls of a function that is not there', [start, flood(CALL, '1', 'constructor', '1j[]')]],
  ['synchronous calls of an asynchronous function', [start, flood(CALL_SYNC, 'f', '1j[]')]],
  ['more calls than the limit', [start, flood(CALL, '1', 'f', '1j[]')]],
  ['more log lines than the limit', [start, flood(LOG, 'log', '', '')]],
  ['a level that there is not', [start, flood(LOG, 'fatal', 'x', '')]],
  ['notes of dropped lines', [start, flood(LOG, 'log', '1', '1')]],
  ['a run parked again and again', [start, flood(PARKED, '0')]],
  ['two starts', [flood(STARTED)]],
  ['an ending that is none', [start, frame(ENDED, 'null', '')]],
  ['frames of another run', [start, ['frame', LOG, 4_000, ['log', 'x', '']]]],
  ['an unknown frame', [start, flood(99)]],
  ['a frame without parts', [start, flood(CALL)]],
])('a child that says %s is killed at once, and the loop turns', async (_what, deeds) => {
  const f = vi.fn(async () => 1)
  await using executor = hostile({ f })
  await executor.ready()
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const outcome = await executor.run(JSON.stringify(deeds), { limits: { timeoutMs: 4_000, hostCalls: 10, logBytes: 100 } })
  delay.disable()
  expect(outcome.error).toMatchObject({ code: 'BEDDEL_PROTOCOL' })
  expect(outcome.duration).toBeLessThan(2_000)
  expect(delay.max / 1e6).toBeLessThan(100)
  expect(f.mock.calls.length).toBeLessThanOrEqual(10)
})

test('a second ending changes nothing and ends its child', async () => {
  await using executor = hostile()
  expect((await executor.run(JSON.stringify([start, value('1j1'), value('1j2')]))).result).toBe(1)
  await vi.waitFor(() => expect(executor.getStats().processes?.killed).toBe(1))
})

test.each([
  ['its own', 0, 'BEDDEL_MEMORY_LIMIT'],
  ['that of the run before it, which was over', -1, 'BEDDEL_SESSION_LOST'],
])('a call whose child was killed for memory, %s, says so', async (_whose, delta, code) => {
  await using executor = hostile()
  await using session = await executor.session({})
  expect((await session.run(JSON.stringify([value('1j1')]))).result).toBe(1)
  const deeds: Deed[] = [['outgrown', delta]]
  const { error } = await session.run(JSON.stringify(deeds), { limits: { memoryBytes: 5e7 } })
  expect(error).toMatchObject({ code })
  expect(error?.message.includes('limits.memoryBytes: 50000000')).toBe(delta === 0)
})
