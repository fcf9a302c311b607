import type { Attack } from './attack.js'
import { confuseTheAdapter } from './confuse-the-adapter.js'
import { eatMemory } from './eat-memory.js'
import { errorLeaks } from './error-leaks.js'
import { hostFunctions } from './host-functions.js'
import { leakBetweenRuns } from './leak-between-runs.js'
import { logFloods } from './log-floods.js'
import { reachTheHost } from './reach-the-host.js'
import { serialisation } from './serialisation.js'
import { stopTheClock } from './stop-the-clock.js'
import { timersAndWeb } from './timers-and-web.js'

/** Every attack there is. */
export const ATTACKS: readonly Attack[] = [
  ...reachTheHost,
  ...stopTheClock,
  ...eatMemory,
  ...confuseTheAdapter,
  ...leakBetweenRuns,
  ...hostFunctions,
  ...serialisation,
  ...errorLeaks,
  ...logFloods,
  ...timersAndWeb,
]

const byId = new Map(ATTACKS.map((attack) => [attack.id, attack]))

export function attackById(id: string): Attack {
  const attack = byId.get(id)
  if (attack === undefined) throw new Error(`There is no attack ${id}`)
  return attack
}
