import type { ExecutorStats, Outcome } from '../spec.js'

type Counted = Pick<
  ExecutorStats,
  'executionCount' | 'successCount' | 'failureCount' | 'averageDuration' | 'activeIsolates' | 'waiting' | 'byError'
>

/** Counts settled runs, failures included. */
export class StatsCounter {
  #settled = 0
  #succeeded = 0
  #duration = 0
  #active = 0
  readonly #byError: Partial<Record<string, number>> = {}

  /** Counts a run as active from now until the returned function is called with its outcome. */
  track(then: (outcome: Outcome) => void): (outcome: Outcome) => void {
    this.#active++
    return (outcome) => {
      this.#active--
      this.#settled++
      this.#duration += outcome.duration
      if (outcome.success) this.#succeeded++
      else this.#byError[outcome.error.code] = (this.#byError[outcome.error.code] ?? 0) + 1
      then(outcome)
    }
  }

  read(): Counted {
    return {
      executionCount: this.#settled,
      successCount: this.#succeeded,
      failureCount: this.#settled - this.#succeeded,
      averageDuration: this.#settled === 0 ? 0 : this.#duration / this.#settled,
      activeIsolates: this.#active,
      waiting: 0,
      byError: { ...this.#byError },
    }
  }
}
