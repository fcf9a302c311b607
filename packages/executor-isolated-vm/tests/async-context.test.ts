import { AsyncLocalStorage } from 'node:async_hooks'
import { afterAll, expect, test } from 'vitest'
import { IsolatedVmExecutor } from '../dist/index.js'

const storage = new AsyncLocalStorage<string>()
const seen: unknown[] = []
const executor = new IsolatedVmExecutor({
  hostFunctions: { who: async () => storage.getStore(), say: () => void seen.push(storage.getStore()) },
  onLog: () => seen.push(storage.getStore()),
})
afterAll(() => executor.dispose())

test('a host function and onLog see the context of their own run’s caller', async () => {
  // The first run starts the child: its context must not stick to those after it.
  for (const name of ['a', 'b', 'c']) {
    seen.length = 0
    const outcome = await storage.run(name, () => executor.run('console.log(1); await say(); return await who()'))
    expect(outcome.result).toBe(name)
    expect(seen).toEqual([name, name])
  }
})

test('in synchronous runs too', () => {
  for (const name of ['a', 'b']) expect(storage.run(name, () => executor.runSync?.('(say(), 1)').success)).toBe(true)
  expect(seen.slice(-2)).toEqual(['a', 'b'])
})
