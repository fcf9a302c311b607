import { channel } from 'node:diagnostics_channel'
import { afterAll, afterEach, expect, test } from 'vitest'
import { type EngineSelectedEvent, type RunEvent, SandboxAdapter } from '../dist/index.js'

const seen: [name: string, event: unknown, outcomeThen: unknown][] = []
const names = ['beddel:engine:selected', 'beddel:run:start', 'beddel:run:end']
const listeners = names.map((name) => [channel(name), (event: unknown) => seen.push([name, event, (event as RunEvent).outcome])] as const)
for (const [one, listener] of listeners) one.subscribe(listener)
const sandbox = new SandboxAdapter()
afterEach(() => void seen.splice(0))
afterAll(async () => {
  for (const [one, listener] of listeners) one.unsubscribe(listener)
  await sandbox.dispose()
})

test('a selection and its run are told in their order', async () => {
  const outcome = await sandbox.tryRun('1', { tenant: 'a' })
  expect(seen.map(([name]) => name)).toEqual(names)
  const [[, selected], [, start, outcomeAtStart], [, end]] = seen as [
    [string, EngineSelectedEvent],
    [string, RunEvent, unknown],
    [string, RunEvent],
  ]
  expect(selected).toMatchObject({ engine: 'isolated-vm', placement: 'process', report: { chosen: 'isolated-vm' } })
  expect(selected.durationMs).toBeGreaterThan(0)
  expect(outcomeAtStart).toBeUndefined()
  expect(end).toBe(start)
  expect(end).toEqual({ engine: 'isolated-vm', kind: 'run', tenant: 'a', outcome })
})

test('a mistake of the host ends the run too', async () => {
  await sandbox.run('1', { form: 'poem' } as never).catch(() => {})
  expect(seen.at(-1)?.[0]).toBe('beddel:run:end')
  expect(seen.at(-1)?.[1]).toMatchObject({ error: { code: 'BEDDEL_INVALID_OPTION' } })
})
