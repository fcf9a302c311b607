/** Messages that a worker may send at once. */
const BURST = 50_000
/** Messages that it may send in a second for as long as it likes. */
const PER_SECOND = 4_000

/** How many messages a host takes from one worker: a flood of them would keep the page busy. */
export class FrameBudget {
  #left = BURST
  #at = performance.now()

  /** Counts one message; `false` where it is one too many. */
  spend(): boolean {
    if (--this.#left > 0) return true
    const now = performance.now()
    this.#left = Math.min(BURST, Math.floor(((now - this.#at) / 1_000) * PER_SECOND))
    this.#at = now
    return this.#left > 0
  }
}
