import { afterEach, describe, expect, test } from 'vitest'
import { IsolatedVmExecutor } from '../dist/index.js'

let executor: IsolatedVmExecutor | undefined
afterEach(() => executor?.dispose())

const busy = (ms: number): number => {
  for (const end = performance.now() + ms; performance.now() < end; );
  return 5
}

describe.each(['process', 'in-process'] as const)('synchronous runs, %s', (placement) => {
  const make = (): Required<IsolatedVmExecutor> => {
    executor = new IsolatedVmExecutor({ placement, trust: 'trusted' })
    return executor as Required<IsolatedVmExecutor>
  }

  test('a host function that takes longer than the run has ends it in time’s name, and harms no later run', () => {
    const one = make()
    // To start an engine may take longer than this run has.
    expect(one.runSync('0').result).toBe(0)
    const outcome = one.runSync('f()', { limits: { timeoutMs: 200 }, hostFunctions: { f: () => busy(700) } })
    expect(outcome.error).toMatchObject({ code: 'BEDDEL_TIMEOUT', started: true })
    expect(one.runSync('1 + 1').result).toBe(2)
  })

  test('one that a host function of another one starts answers or is busy, and harms no later run', async () => {
    const one = make()
    const inner: unknown[] = []
    const f = (): number => {
      const outcome = one.runSync('7')
      inner.push(outcome.result ?? outcome.error?.code)
      return 1
    }
    expect(one.runSync('f()', { hostFunctions: { f } }).result).toBe(1)
    expect(inner).toEqual([placement === 'process' ? 'BEDDEL_BUSY' : 7])
    expect(one.runSync('1 + 1').result).toBe(2)
    await one.dispose()
  })
})
