import { attackProvider, FAMILIES } from '@beddel/conformance'
import { expect, test } from 'vitest'

const module = new URL('./fixtures/vm-provider.mjs', import.meta.url).href

/** What the classes give a guest on purpose, because vm2 does; by attack. */
const AS_IN_VM2: Record<string, string> = {
  'host-functions/error-message': 'the guest sees what a host function throws; exposeHostErrors: false keeps it',
  'host-functions/error-properties': 'the same',
  'host-functions/uncaught-error-message': 'the same',
  'host-functions/function-properties': 'a function brings its own properties',
  'host-functions/inherited': 'an object brings its methods, those of its class too',
  'host-functions/class-instance': 'the same',
  'host-objects/input-hidden': 'an object brings the getters of its class too; what is hidden in the object itself stays',
  'host-arguments/this': 'a method of the host is called on the object of the host that the guest chose, of those it was given',
  'host-arguments/function-argument': 'functions of the guest may be given to host functions',
  'host-arguments/thenable-argument': 'the same',
  'argument-abuse/function-in-map': 'the same',
  'argument-abuse/generator': 'objects of the guest may be given to host functions, with their methods',
  'argument-abuse/promise': 'a promise of the guest is one for the host',
  'argument-abuse/construct': 'functions of the host can be called with new',
  'host-calls/call-limit': 'hostCalls bounds one call into the guest, and what comes after an await is another one',
  'later-runs/cleared-timers': 'a VM has no timers: who waits for one of his own fails without anybody clearing it',
}

/** What an attack may not bring about on any engine: these say nothing of how an ending is named. */
const REACH = [
  'canary-file',
  'env-secret',
  'host-secret',
  'host-state',
  'host-prototype',
  'host-pid',
  'host-path',
  'tripwire',
  'cross-run',
  'orphan',
]

/** Families that wear out time or memory: in process a guest of theirs may take its host along, which is declared. */
const WEARING = [
  'stop-the-clock',
  'eat-memory',
  'small-means',
  'catastrophic-memory',
  'built-in-stalls',
  'log-floods',
  'web-assembly',
  'shared-memory',
]
const NEAR = FAMILIES.filter((family) => !WEARING.includes(family))

test.for([
  { name: 'isolatedVmProcess', only: FAMILIES, survives: true },
  { name: 'isolatedVmInProcess', only: NEAR, survives: false },
  { name: 'quickJsProcess', only: FAMILIES, survives: true },
  { name: 'quickJsInProcess', only: NEAR, survives: false },
])('$name: no attack reaches the host through the drop-in classes', { timeout: 600_000 }, async ({ name, only, survives }) => {
  const { results, counts } = await attackProvider({ module, export: name }, { only })
  console.log(`${name}: ${results.length} attacks, ${JSON.stringify(counts)}`)
  const reached = results.flatMap(({ id, breaches, why }) =>
    breaches.filter(({ oracle }) => REACH.includes(oracle)).map(({ oracle }) => ({ id, line: `${id} ${oracle}: ${why}` })),
  )
  expect(reached.filter(({ id }) => AS_IN_VM2[id] === undefined).map(({ line }) => line)).toEqual([])
  // What is excused must be there to be excused.
  expect(Object.keys(AS_IN_VM2).filter((id) => !reached.some((one) => one.id === id))).toEqual([])
  expect(results.filter(({ standing }) => standing === 'fault').map(({ id, why }) => `${id}: ${why}`)).toEqual([])
  // A host that waits for its guest stands still; where children carry the guests it is never lost.
  const lost = results.filter((result) => result.lost !== undefined && result.lost !== 'stalled').map(({ id, lost }) => `${id}: ${lost}`)
  if (survives) expect(lost).toEqual([])
})
