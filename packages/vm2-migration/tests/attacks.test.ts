import { attackProvider } from '@beddel/conformance'
import { expect, test } from 'vitest'

const module = new URL('./fixtures/vm-provider.mjs', import.meta.url).href

/** What the classes give a guest on purpose, because vm2 does; by attack. */
const AS_IN_VM2: Record<string, string> = {
  'host-functions/error-message': 'the guest sees what a host function throws; exposeHostErrors: false keeps it',
  'host-functions/error-properties': 'the same',
  'host-functions/uncaught-error-message': 'the same',
  'host-functions/function-properties': 'a function brings its own properties',
  'host-functions/inherited': 'an object brings its methods, those of its class too',
  'host-functions/hidden': 'the same',
  'host-functions/class-instance': 'the same',
  'reach-the-host/input-hidden': 'an object brings the getters of its class too; what is hidden in the object itself stays',
  'host-functions/this': 'a method of the host is called on the object of the host that the guest chose, of those it was given',
  'host-functions/function-argument': 'functions of the guest may be given to host functions',
  'host-functions/thenable-argument': 'the same',
  'host-functions/to-string-argument': 'the same',
  'host-functions/array-subclass': 'the same',
  'host-functions/call-limit': 'hostCalls bounds one call into the guest, and what comes after an await is another one',
  'host-functions/call-limit-at-once': 'the same',
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

const NEAR = ['reach-the-host', 'host-functions', 'leak-between-runs', 'error-leaks', 'serialisation', 'confuse-the-adapter']
const FAR = [...NEAR, 'stop-the-clock', 'eat-memory']

test.for([
  { name: 'isolatedVmProcess', only: FAR, survives: true },
  { name: 'isolatedVmInProcess', only: NEAR, survives: false },
  { name: 'quickJsProcess', only: NEAR, survives: true },
  { name: 'quickJsInProcess', only: NEAR, survives: false },
])('$name: no attack reaches the host through the drop-in classes', { timeout: 420_000 }, async ({ name, only, survives }) => {
  const { results, counts } = await attackProvider({ module, export: name }, { only })
  console.log(`${name}: ${results.length} attacks, ${JSON.stringify(counts)}`)
  const reached = results.flatMap(({ id, breaches, why }) =>
    breaches.filter(({ oracle }) => REACH.includes(oracle) && AS_IN_VM2[id] === undefined).map(({ oracle }) => `${id} ${oracle}: ${why}`),
  )
  expect(reached).toEqual([])
  expect(results.filter(({ standing }) => standing === 'fault').map(({ id, why }) => `${id}: ${why}`)).toEqual([])
  // A host that waits for its guest stands still; where children carry the guests it is never lost.
  const lost = results.filter((result) => result.lost !== undefined && result.lost !== 'stalled').map(({ id, lost }) => `${id}: ${lost}`)
  if (survives) expect(lost).toEqual([])
})
