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

function hostile(lie: string, hostFunctions: Record<string, () => Promise<number>>): EngineExecutor {
  const cells = { memoryBytes: 1e8, codegen: false, wasm: false, web: false, hideHostFrames: false }
  const processes = { max: 1 }
  const host = new ProcessHost({ engine: 'x', entry, flags: [], allowAddons: false, read: [], args: [lie], processes, cells })
  return new EngineExecutor({ engine: 'x', capabilities, options: { processes, hostFunctions }, host })
}

test('what does not lie is believed', async () => {
  await using executor = hostile('no lie', {})
  expect((await executor.run('')).result).toBe(42)
})

test.each([
  'calls of a function that is not there',
  'synchronous calls of an asynchronous function',
  'more calls than the limit',
  'more log lines than the limit',
  'a level that there is not',
  'notes of dropped lines',
  'a run parked again and again',
  'two starts',
  'an ending that is none',
  'frames of another run',
  'an unknown frame',
  'a frame without parts',
])('a child that says %s is killed at once, and the loop turns', async (lie) => {
  const f = vi.fn(async () => 1)
  await using executor = hostile(lie, { f })
  await executor.ready()
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const outcome = await executor.run('', { limits: { timeoutMs: 4_000, hostCalls: 10, logBytes: 100 } })
  delay.disable()
  expect(outcome.error).toMatchObject({ code: 'BEDDEL_PROTOCOL' })
  expect(outcome.duration).toBeLessThan(2_000)
  expect(delay.max / 1e6).toBeLessThan(100)
  expect(f.mock.calls.length).toBeLessThanOrEqual(10)
})

test('a second ending changes nothing and ends its child', async () => {
  await using executor = hostile('two endings', {})
  expect((await executor.run('')).result).toBe(1)
  await vi.waitFor(() => expect(executor.getStats().processes?.killed).toBe(1))
})
