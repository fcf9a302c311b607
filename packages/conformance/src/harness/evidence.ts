import type { Outcome } from '@beddel/core'

/** One run of an attack, as its host saw it. */
export interface RunRecord {
  outcome?: Outcome
  /** What the call threw instead of an outcome. */
  refusal?: unknown
  timeoutMs: number
  /** Milliseconds until it settled, without those in which the host had no processor. */
  settledMs: number
  /** It had not settled when its time and the grace were long over. */
  unsettled: boolean
  /** A run of somebody else, in which nothing of the attacker's may turn up. */
  victim: boolean
}

/** All that was seen of an attack. */
export interface Evidence {
  runs: RunRecord[]
  /** Traps of the attack itself that were sprung, in words. */
  trips: string[]
  /** Uncaught exceptions and unhandled rejections of the host. */
  hostErrors: string[]
  fileWritten: boolean
  globalChanges: string[]
  intrinsicChanges: string[]
  stallMs: number
  memoryGrowthBytes: number
  /** Processes that outlived the executor. */
  leftovers: string[]
  /** Why the executor is of no use any more. */
  aftermath?: string
}

/** How a host was lost to a guest: only a disposable one is there to see it. */
export type Loss = 'crashed' | 'stalled' | 'out of memory'
