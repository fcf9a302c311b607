import { afterAll, expect, test } from 'vitest'
import { IsolatedVmExecutor } from '../dist/index.js'

const executor = new IsolatedVmExecutor({ limits: { timeoutMs: 25_000 } })
afterAll(() => executor.dispose())

// More tenants than children, and more waiting runs than one look through the queue used to take.
test('200 runs of 50 tenants at once all get a child', async () => {
  const runs = Array.from({ length: 200 }, (_, i) => executor.run(`${i}`, { tenant: `t${i % 50}` }))
  const results = (await Promise.all(runs)).map(({ result, error }) => result ?? error?.message)
  expect(results).toEqual(Array.from({ length: 200 }, (_, i) => i))
})

test('a session with a long queue of its own keeps nobody else waiting', async () => {
  const nap = () => new Promise((resolve) => setTimeout(resolve, 400))
  const session = await executor.session({ hostFunctions: { nap } })
  await session.run('1')
  const slow = Array.from({ length: 300 }, (_, i) => session.run(i === 0 ? 'nap()' : '1'))
  const outcome = await executor.run('2', { tenant: 'another' })
  expect(outcome.duration).toBeLessThan(350)
  await Promise.all(slow)
})
