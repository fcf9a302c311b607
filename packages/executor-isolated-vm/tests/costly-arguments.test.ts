import { syncHostFunction } from '@beddel/core/engine'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterAll, expect, test } from 'vitest'
import { IsolatedVmExecutor } from '../dist/index.js'

const count = (o: object): number => Object.keys(o).length
const executor = new IsolatedVmExecutor({ hostFunctions: { count, now: syncHostFunction(count) }, limits: { timeoutMs: 10_000 } })
afterAll(() => executor.dispose())
const MANY = 'const o = {}; for (let i = 0; i < 140000; i++) o["k" + i] = 1;'

test('arguments that are costly to read arrive, and the loop turns while they are read', async () => {
  await executor.ready()
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const outcome = await executor.run(`${MANY} return await count(o)`)
  delay.disable()
  expect(outcome.result).toBe(140_000)
  expect(delay.max / 1e6).toBeLessThan(100)
})

test('a synchronous host function refuses them with words', async () => {
  const outcome = await executor.run(`${MANY} try { now(o) } catch (error) { error.message }`)
  expect(outcome.result).toMatch(/now was not called: arguments of so many keys/)
})

test('in a synchronous run, whose caller waits, they are read at once', () => {
  expect(executor.runSync?.(`${MANY} now(o)`).result).toBe(140_000)
})
