import { readFileSync } from 'node:fs'

const TICK_MS = 5

export interface HostFigures {
  /** The longest that the event loop was late, in milliseconds. */
  lateMs: number
  /**
   * The same without the time that this thread was ready to go on and other processes had the processors: what the host
   * itself was busy with or blocked by. The same as `lateMs` where the system does not say (Linux does).
   */
  stalledMs: number
  /** Resident memory now, in bytes. */
  residentBytes: number
}

/** Looks at this process while guests run: a timer that should fire every few milliseconds, and resident memory. */
export class HostWatch implements Disposable {
  #due = performance.now() + TICK_MS
  #waited = waitedMs()
  #late = 0
  #stalled = 0
  readonly #timer = setInterval(() => this.#tick(), TICK_MS)

  /** The figures since the last look. */
  look(): HostFigures {
    const figures = { lateMs: this.#late, stalledMs: this.#stalled, residentBytes: process.memoryUsage.rss() }
    this.#late = 0
    this.#stalled = 0
    return figures
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #tick(): void {
    const late = performance.now() - this.#due
    const waited = waitedMs()
    this.#late = Math.max(this.#late, late)
    this.#stalled = Math.max(this.#stalled, late - (waited - this.#waited))
    this.#waited = waited
    this.#due = performance.now() + TICK_MS
  }
}

/** How long this thread has waited for a processor so far, in milliseconds. */
function waitedMs(): number {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ')[1]) / 1e6
  } catch {
    return 0
  }
}
