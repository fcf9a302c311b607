import type { Ending, Job, RunEvents } from '@beddel/core/engine'
import { expect, test } from 'vitest'
import type { ProcessHostOptions } from '../src/process-host.js'
import { SyncRelay } from '../src/relay/client.js'

const relayThatIsSilentFor = (runs: number): SyncRelay =>
  new SyncRelay({ args: [String(runs)] } as unknown as ProcessHostOptions, new URL('fixtures/late-relay.mjs', import.meta.url))

function runSync(relay: SyncRelay): { ending: Ending; ms: number } {
  const startedAt = performance.now()
  let ending: Ending | undefined
  const events = { ended: (one: Ending) => void (ending = one) } as Partial<RunEvents> as RunEvents
  relay.submitSync({ spec: {}, executionId: 'x', tenant: undefined, deadline: startedAt + 1_000, events } as unknown as Job)
  return { ending: ending as unknown as Ending, ms: performance.now() - startedAt }
}

test('a run of which the relay says nothing ends in time, and the next one runs', async () => {
  const relay = relayThatIsSilentFor(1)
  const { ending, ms } = runSync(relay)
  expect(ending).toMatchObject({ code: 'BEDDEL_TIMEOUT' })
  expect(ms).toBeLessThan(1_250)
  expect(runSync(relay).ending).toMatchObject({ kind: 'value', text: '1j2' })
  expect(relay.lost).toBe(false)
  await relay.dispose()
})

test('after three such runs in a row the relay is given up', () => {
  const relay = relayThatIsSilentFor(3)
  for (const lost of [false, false, true]) {
    expect(runSync(relay).ending).toMatchObject({ code: 'BEDDEL_TIMEOUT' })
    expect(relay.lost).toBe(lost)
  }
})
