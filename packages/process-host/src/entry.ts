import type { CancelReason, Job } from '@beddel/core/engine'
import type { Child } from './child-process.js'
import type { SteadyHead } from './steady-head.js'

/** A job on its way: waiting in the host, sent into a child's pipe, started, parked, over. */
export interface Entry {
  readonly job: Job
  /** '' is the anonymous tenant. */
  readonly tenant: string
  state: 'waiting' | 'sent' | 'started' | 'parked' | 'over'
  child: Child | undefined
  /** Its caller, its time or its session gave it up. */
  cancelled?: CancelReason
  /** The run's id in its child. */
  id: number
  /** Entries into the guest that its child was asked for and has not parked from. Above 0 it may be executing. */
  entries: number
  /** The session's own child, from its first call on. */
  readonly pin: SessionPin | undefined
}

export interface SessionPin {
  readonly id: string
  readonly tenant: string
  child: Child | undefined
  /** What its first call said to the child; later ones say what is different. */
  first?: SteadyHead
  closed: boolean
}

/** Whether the run may ever await something of the host's. One that cannot is never parked. */
export function mayPark({ spec }: Job): boolean {
  return spec.functions.length > 0 || spec.web || spec.session !== undefined
}
