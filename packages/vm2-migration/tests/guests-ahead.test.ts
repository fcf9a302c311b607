import { setImmediate as turn } from 'node:timers/promises'
import type { Executor, Session } from '@beddel/core'
import { afterAll, expect, test } from 'vitest'
import { disposeEngines, VM } from '../dist/index.js'
import { type GuestShape, openGuest } from '../src/guests-ahead.js'

afterAll(() => disposeEngines())

const shape = (more: Partial<GuestShape> = {}): GuestShape => ({
  tenant: undefined,
  limits: {},
  config: { codegen: true, async: true },
  ...more,
})

function counted({ placement = 'in-process', success = true } = {}) {
  const opened: Session[] = []
  const disposed: Session[] = []
  const executor = {
    capabilities: { placement },
    sessionSync: () => {
      const session = { runSync: () => ({ success }), dispose: async () => void disposed.push(session) } as unknown as Session
      opened.push(session)
      return session
    },
  } as unknown as Executor
  return { executor, opened, disposed }
}

test('from the second guest of a shape on the next one is made when the loop is idle, and is given once', async () => {
  const { executor, opened } = counted()
  const given = [openGuest(executor, shape()).session]
  await turn()
  expect(opened.length).toBe(1)
  given.push(openGuest(executor, shape()).session)
  expect(opened.length).toBe(2)
  await turn()
  expect(opened.length).toBe(3)
  for (let i = 0; i < 4; i++) {
    given.push(openGuest(executor, shape()).session)
    await turn()
  }
  // One is ready.
  expect(opened.length).toBe(given.length + 1)
  expect(new Set(given).size).toBe(given.length)
  // Where there is no time between them each is made when it is needed.
  for (let i = 0; i < 3; i++) given.push(openGuest(executor, shape()).session)
  expect(new Set(given).size).toBe(given.length)
})

test('a guest is of its shape, and its tenant’s', async () => {
  const { executor, opened, disposed } = counted()
  const shapes = [
    shape(),
    shape({ tenant: 'a' }),
    shape({ tenant: 'b' }),
    shape({ limits: { memoryBytes: 16_777_216 } }),
    shape({ tenant: 'c' }),
  ]
  for (const one of [...shapes.slice(0, 4), ...shapes.slice(0, 4)]) openGuest(executor, one)
  await turn()
  expect(opened.length).toBe(12)
  const [first, second, third, fourth] = opened.slice(8)
  expect(openGuest(executor, shapes[2] as GuestShape).session).toBe(third)
  expect(openGuest(executor, shapes[0] as GuestShape).session).toBe(first)
  // A fifth shape takes the place of the one that was asked for longest ago.
  openGuest(executor, shapes[4] as GuestShape)
  expect(disposed).toEqual([second])
  expect(openGuest(executor, shapes[3] as GuestShape).session).toBe(fourth)
})

test('none is made ahead in child processes, and none is kept that did not begin', async () => {
  for (const { executor, opened, disposed } of [counted({ placement: 'process' }), counted({ success: false })]) {
    const kept = Array.from({ length: 3 }, () => openGuest(executor, shape()).session)
    await turn()
    expect(opened.filter((session) => !kept.includes(session))).toEqual(disposed)
  }
})

test('VMs on guests that were made ahead know nothing of each other, and call their own host', async () => {
  for (let i = 0; i < 5; i++) {
    const mine = (n: number) => n * 10 + i
    using vm = new VM({ engine: 'isolated-vm', placement: 'in-process', trust: 'trusted', config: false, sandbox: { mine } })
    expect(vm.run('typeof left + mine(1); ')).toBe('undefined' + String(10 + i))
    vm.run('left = 1; Object.prototype.left = 1; const once = mine')
    expect(vm.run('once')(2)).toBe(20 + i)
    await expect(vm.run('Promise.resolve(mine(3))')).resolves.toBe(30 + i)
    await turn()
  }
})
