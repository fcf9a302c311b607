import type { Attack } from './attack.js'
import { codeFromStrings } from './code-from-strings.js'
import { confuseTheAdapter } from './confuse-the-adapter.js'
import { eatMemory } from './eat-memory.js'
import { errorLeaks } from './error-leaks.js'
import { hostArguments } from './host-arguments.js'
import { hostCalls } from './host-calls.js'
import { hostFunctions } from './host-functions.js'
import { hostObjects } from './host-objects.js'
import { leakBetweenRuns } from './leak-between-runs.js'
import { logFloods } from './log-floods.js'
import { reachTheHost } from './reach-the-host.js'
import { serialisation } from './serialisation.js'
import { stopTheClock } from './stop-the-clock.js'
import { timersAndWeb } from './timers-and-web.js'
import { resultAbuse } from './result-abuse.js'
import { argumentAbuse } from './argument-abuse.js'
import { stackTraces } from './stack-traces.js'
import { spoofedEndings } from './spoofed-endings.js'
import { laterRuns } from './later-runs.js'
import { acrossTenants } from './across-tenants.js'
import { formConfusion } from './form-confusion.js'
import { builtInStalls } from './built-in-stalls.js'
import { smallMeans } from './small-means.js'
import { catastrophicMemory } from './catastrophic-memory.js'
import { webAssembly } from './web-assembly.js'
import { sharedMemory } from './shared-memory.js'

/** Every attack there is. */
export const ATTACKS: readonly Attack[] = [
  ...reachTheHost,
  ...codeFromStrings,
  ...hostObjects,
  ...stopTheClock,
  ...eatMemory,
  ...confuseTheAdapter,
  ...leakBetweenRuns,
  ...hostFunctions,
  ...hostArguments,
  ...hostCalls,
  ...serialisation,
  ...errorLeaks,
  ...logFloods,
  ...timersAndWeb,
  ...resultAbuse,
  ...argumentAbuse,
  ...stackTraces,
  ...spoofedEndings,
  ...laterRuns,
  ...acrossTenants,
  ...formConfusion,
  ...builtInStalls,
  ...smallMeans,
  ...catastrophicMemory,
  ...webAssembly,
  ...sharedMemory,
]

const byId = new Map(ATTACKS.map((attack) => [attack.id, attack]))

export function attackById(id: string): Attack {
  const attack = byId.get(id)
  if (attack === undefined) throw new Error(`There is no attack ${id}`)
  return attack
}
