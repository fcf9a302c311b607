import type { Scene } from './scene.js'

/** A clock of the time in which this host had no processor, in milliseconds. */
export interface WaitClock {
  read(): number
  /** Processor time of this thread at the last `read()`, where it can be had: work is never taken for waiting. */
  busy?(): number
  close(): void
}

/** For places that do not tell. */
export const noWaiting = (): WaitClock => ({ read: () => 0, close() {} })

/**
 * The place that the kit runs in: its traps, and what can be measured there. All that is Node's stands behind this, so
 * that the cases, oracles and judge run in a page as well.
 */
export interface KitEnvironment {
  /** Lays the traps of one attack. */
  makeScene(): Scene | Promise<Scene>
  /** Whether somebody made what `bait.write` names. */
  isWritten(scene: Scene): boolean
  /** How long this host has waited for a processor: one that is not scheduled is not one that a guest has stalled. */
  waiting(): WaitClock
  /** Resident memory of the host in bytes; absent where it cannot be had. */
  memory?: { now(): number; highest(): number }
  /** Objects of the host, beside the language's own, that no guest may change. */
  watched(): { name: string; object: object }[]
  /** A listener on loopback; `onRequest` is called for whoever gets there. */
  listen(onRequest: () => void): Promise<{ port: number; close(): void }>
  /** The host's processes; absent where there are none. */
  processes?: {
    /** Living processes below this one. */
    below(): number[]
    /** Ends the processes whose command line has this word, and answers which those were. */
    endThoseWith(word: string): number[]
  }
}
