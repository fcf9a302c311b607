import type { Child } from './child-process.js'
import { type Entry, mayPark } from './entry.js'

/** A run that has been in its child for longer is no company for another one in the same pipe. */
const PIPELINE_MS = 10
/** Runs that may wait in a child's pipe behind the one that executes. */
const PIPELINE_DEPTH = 2
/** Calls of one session that may be in its child's pipe: what keeps both sides at work without a pause. */
const SESSION_DEPTH = 64

export interface ChoiceRules {
  /** Children that may execute at a time. */
  parallel: number
  /** Processes that there may be. */
  max: number
  /** `sharing: 'tenant'`: runs of one tenant may be parked in the same child. */
  shares: boolean
}

/** The child that a waiting run is given to now, where there is one. `executing`: children that are at work. */
export function chooseChild(children: Iterable<Child>, entry: Entry, executing: number, rules: ChoiceRules): Child | undefined {
  const pinned = entry.pin?.child
  if (pinned !== undefined) return mayFollow(pinned, rules) ? pinned : undefined
  let best: Child | undefined
  for (const child of children) {
    if (!child.ready || child.dead || !mayTake(child, entry, executing, rules)) continue
    if (best === undefined || rank(child, entry) < rank(best, entry)) best = child
  }
  return best
}

/** Whether the next call of a session can be sent. Only with sharing others may be in its child. */
function mayFollow(child: Child, { shares }: ChoiceRules): boolean {
  if (!child.ready || child.dead) return false
  return shares ? !child.executing : child.entries.size < SESSION_DEPTH
}

function mayTake(child: Child, entry: Entry, executing: number, { parallel, max, shares }: ChoiceRules): boolean {
  if (child.tenant !== undefined && child.tenant !== entry.tenant) return false
  if (child.entries.size === 0) return (child.sessions === 0 || shares) && executing < parallel
  if (!child.executing) return shares && executing < parallel
  // Behind a short run that cannot park, so that the child need not wait for us in between.
  if (child.sessions > 0 || child.entries.size > PIPELINE_DEPTH) return false
  if (performance.now() - child.lastUsed > PIPELINE_MS) return false
  for (const other of child.entries.values()) if (mayPark(other.job)) return false
  return executing >= Math.min(parallel, max)
}

/**
 * Lower is better: the tenant's own child before an unused one, which is kept for another tenant, and of those the one
 * that has rested longest.
 */
function rank(child: Child, entry: Entry): number {
  const busy = child.entries.size * 1e12
  const kept = child.tenant === undefined && entry.tenant !== '' ? 1e11 : 0
  return busy + kept + child.lastUsed
}
