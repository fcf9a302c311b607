import { afterEach, describe, expect, test } from 'vitest'
import { IsolatedVmExecutor } from '../dist/index.js'
import { sleep } from './children.js'

let executor: IsolatedVmExecutor | undefined
afterEach(() => executor?.dispose())

describe.each(['process', 'in-process'] as const)("freshness 'context', %s", (placement) => {
  const make = (): IsolatedVmExecutor => {
    executor = new IsolatedVmExecutor({
      placement,
      trust: 'trusted',
      freshness: 'context',
      hostFunctions: { nap: () => sleep(150) },
      limits: { timeoutMs: 2_000 },
    })
    return executor
  }

  test('each run has a global and prototypes of its own', async () => {
    const one = make()
    await one.run('globalThis.x = 1; Array.prototype.evil = 1; Object.prototype.evil = 1')
    expect((await one.run('[typeof x, [].evil, ({}).evil]')).result).toEqual(['undefined', undefined, undefined])
  })

  test('a run that had to be stopped takes its isolate along, and the next one has another', async () => {
    const one = make()
    expect((await one.run('for (;;);', { limits: { timeoutMs: 100 } })).error?.code).toBe('BEDDEL_TIMEOUT')
    expect((await one.run('1 + 1')).result).toBe(2)
  })

  test('tenants that take turns while one of them awaits answer right', async () => {
    const one = make()
    const runs = Array.from({ length: 30 }, (_, i) => one.run(i % 5 === 0 ? `await nap(); return ${i}` : `${i}`, { tenant: `t${i % 3}` }))
    const results = (await Promise.all(runs)).map(({ result, error }) => result ?? error)
    expect(results).toEqual(Array.from({ length: 30 }, (_, i) => i))
  })

  test('memory that earlier contexts left behind is not counted to a run', async () => {
    expect((await make().run('1')).usage.memoryBytes).toBeUndefined()
  })
})
