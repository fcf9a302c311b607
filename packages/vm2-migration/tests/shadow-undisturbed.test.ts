import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { disposeEngines, flushShadows, type Recording, RECORDING_CHANNEL } from '@beddel/vm2-migration'
import { CASES, outcomeOf } from './cases/index.ts'
import { SHADOWED, toolsFor } from './variants.ts'

const rows: Recording[] = []
const add = (row: unknown): unknown => rows.push(row as Recording)
beforeAll(() => {
  process.env.BEDDEL_SUPPRESS_VM2_WARNING = '1'
  subscribe(RECORDING_CHANNEL, add)
})
afterAll(async () => {
  unsubscribe(RECORDING_CHANNEL, add)
  await disposeEngines()
})

/** What a shadow tells of cases that come to the same everywhere. */
const TOLD: Record<string, string> = {
  'vm.sandbox reads and writes globals': 'run missing-global b',
  'a method of the host keeps its this': 'run host-object sandbox.counter.n',
  'protect: no functions': 'run host-object sandbox.o.a',
  'the compiler is called once': 'run error compiler',
  // Other codes of the same refusal, and our version of the module.
  'a package that is not listed': 'run error error',
  'a package’s own package needs transitive': 'run error error',
  'a file outside of the root': 'run error error',
  'a link that leads out of the root': 'run error error',
  'vm.require': 'require value result._makeLong',
}

// Every published behaviour of vm2, once more, while a shadow hears it.
describe('with a shadow', () => {
  const tools = toolsFor(SHADOWED)
  test.each(CASES)('$area: $name', { timeout: 90_000 }, async (one) => {
    expect(await outcomeOf(one, tools)).toBe(one.vm2)
    expect(await flushShadows({ timeoutMs: 60_000 })).toBe(true)
    const told = rows
      .splice(0)
      .flatMap(({ call, differences, skipped }) => [
        ...differences.filter(({ kind }) => kind !== 'timing').map(({ kind, path }) => `${call} ${kind} ${path}`),
        ...(skipped === undefined || differences.length > 0 ? [] : [`${call} skipped ${skipped}`]),
      ])
    const isSame = one.others === undefined && one.quickjs === undefined
    if (isSame) expect(told[0]).toBe(TOLD[one.name])
  })
})
