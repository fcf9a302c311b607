import { SPEC } from '@beddel/core'
import { expect, test } from 'vitest'
import { QuickJsExecutor, quickJsProvider } from '../dist/index.js'

test('says what it is', () => {
  expect(quickJsProvider).toMatchObject({ spec: SPEC, id: 'quickjs', placements: ['process', 'in-process'] })
  expect(quickJsProvider.capabilities()).toMatchObject({
    placement: 'process',
    boundary: true,
    survivesGuest: true,
    blocksHost: false,
    intl: 'none',
    wasm: false,
  })
  expect(quickJsProvider.capabilities('in-process')).toMatchObject({
    boundary: true,
    survivesGuest: false,
    blocksHost: true,
    limits: { wall: { enforced: 'soft' } },
  })
})

test.each(['process', 'in-process'] as const)('probes in %s', async (placement) => {
  const probe = await quickJsProvider.probe({ placement })
  expect(probe).toMatchObject({ engine: 'quickjs', usable: true, version: expect.stringMatching(/^\d+\.\d+\.\d+/) })
})

test('a probe that fails says why and what to do', async () => {
  const probe = await quickJsProvider.probe({ processes: { launcher: ['/bin/false'] } })
  expect(probe).toMatchObject({ usable: false, reason: expect.any(String), fix: expect.any(String) })
})

test('creates executors', async () => {
  const executor = await quickJsProvider.create()
  expect(executor).toBeInstanceOf(QuickJsExecutor)
  await executor.dispose()
})
