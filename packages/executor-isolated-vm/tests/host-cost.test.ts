import { expect, test } from 'vitest'
import { IsolatedVmExecutor } from '../dist/index.js'

const MB = 1e6

test('replies that the guest never reads do not fill the host', async () => {
  await using executor = new IsolatedVmExecutor({ hostFunctions: { big: async () => 'x'.repeat(MB) } })
  await executor.ready()
  const before = process.memoryUsage().rss
  let most = 0
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss - before)
  }, 20)
  const source = 'for (let i = 0; i < 900; i++) big(); for (;;);'
  const outcome = await executor.run(source, { limits: { timeoutMs: 1_500 } })
  clearInterval(watch)
  expect(outcome.error?.code).toBe('BEDDEL_TIMEOUT')
  // The values of 64 calls under way, what the pipe holds, and what the collector has not come to; all of them are 900.
  expect(most / MB).toBeLessThan(300)
})

test('timers that the guest sets and clears cost its own processor, not the host’s', async () => {
  await using executor = new IsolatedVmExecutor({ web: true })
  await executor.ready()
  const before = process.cpuUsage()
  const outcome = await executor.run('for (;;) clearTimeout(setTimeout(() => {}, 1e3))', { limits: { timeoutMs: 1_000 } })
  const { user, system } = process.cpuUsage(before)
  expect(outcome.error?.code).toBe('BEDDEL_TIMEOUT')
  expect((user + system) / 1_000).toBeLessThan(150)
})

test('many timers wake the host once for all that are due', async () => {
  await using executor = new IsolatedVmExecutor({ web: true })
  await executor.ready()
  const before = process.cpuUsage()
  const source = `let fired = 0
    for (let i = 0; i < 900; i++) setInterval(() => fired++, 1)
    await new Promise((resolve) => setTimeout(resolve, 800))
    return fired`
  const outcome = await executor.run(source, { limits: { timeoutMs: 3_000 } })
  const { user, system } = process.cpuUsage(before)
  expect(outcome.result).toBeGreaterThan(5_000)
  expect((user + system) / 1_000).toBeLessThan(400)
})

test('timers fire in the order of their times, and one may clear another that is due with it', async () => {
  await using executor = new IsolatedVmExecutor({ web: true })
  const source = `const seen = []
    setTimeout(() => seen.push('c'), 30)
    setTimeout(() => seen.push('a'), 5)
    setTimeout(() => seen.push('b'), 5)
    const second = { id: 0 }
    setTimeout(() => clearTimeout(second.id), 10)
    second.id = setTimeout(() => seen.push('never'), 10)
    const until = Date.now() + 15
    while (Date.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 50))
    return seen.join('')`
  expect((await executor.run(source)).result).toBe('abc')
})
