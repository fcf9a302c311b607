import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { HostWatch } from '../src/host-watch.ts'

test.each([
  ['busy', () => work(200)],
  ['blocked', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)],
])('sees that the event loop was %s', async (_, stall) => {
  using watch = new HostWatch()
  await pause(50)
  expect(watch.look().stalledMs).toBeLessThan(150)
  stall()
  await pause(50)
  expect(watch.look().stalledMs).toBeGreaterThan(150)
})

/** By the processor's clock: what others take of it in the meantime does not count. */
function work(ms: number): void {
  const before = process.cpuUsage()
  const used = () => {
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }
  while (used() < ms) continue
}
