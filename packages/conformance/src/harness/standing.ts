import type { Capabilities } from '@beddel/core'
import type { Breach, Verdict } from './judge.js'
import { ORACLES } from '../oracles/index.js'
import type { OracleName } from '../oracles/oracle.js'

/**
 * `held`: nothing was breached. `declared`: something was, and the capabilities say that it may be. `refused`: the engine
 * does not declare what the attack needs, and refused it. `breached`: a declared property did not hold. `fault`: the
 * harness went wrong, nothing is known.
 */
export type Standing = 'held' | 'declared' | 'refused' | 'breached' | 'fault'

/** Whether what an engine declares rules a breach of this kind out. */
function mustHold(oracle: OracleName, c: Capabilities): boolean {
  switch (ORACLES[oracle].guards) {
    case 'answer':
      return true
    case 'reach':
      // Between a guest and a host in the same realm and without a boundary there is nothing to be held.
      return c.boundary || c.isolation !== 'realm'
    case 'life':
      if (!c.survivesGuest) return false
      if (oracle === 'stall') return !c.blocksHost
      if (oracle === 'settle-time') return c.limits.wall.enforced === 'hard'
      if (oracle === 'host-memory') return c.limits.heap.enforced === 'hard' && c.limits.externalMemory.enforced === 'hard'
      return true
  }
}

/** What a verdict says about an engine that declares these capabilities, and the breaches that are against them. */
export function standingOf(verdict: Verdict, capabilities: Capabilities): { standing: Standing; against: Breach[] } {
  if (verdict.fault !== undefined) return { standing: 'fault', against: [] }
  if (verdict.undeclared !== undefined) return { standing: verdict.undeclared.granted === undefined ? 'refused' : 'breached', against: [] }
  const against = verdict.breaches.filter(({ oracle }) => mustHold(oracle, capabilities))
  if (against.length > 0) return { standing: 'breached', against }
  return { standing: verdict.breaches.length > 0 ? 'declared' : 'held', against }
}
