/** Timers that the guest runtime lets a guest have at a time. */
const MAX_TIMERS = 1_000
/** A timer that is due within this is due: the host's clock may be a little early. */
const EARLY_MS = 0.5

/** The timers of a run's guest. The host is asked for the next one only: it pays for a wake, not for a timer. */
export class GuestTimers {
  readonly #dueAt = new Map<number, number>()

  get size(): number {
    return this.#dueAt.size
  }

  /** Negative milliseconds take the timer back. Answers `false` where these are more timers than a guest can have. */
  set(timer: number, ms: number): boolean {
    if (ms < 0) this.#dueAt.delete(timer)
    else this.#dueAt.set(timer, performance.now() + Math.max(1, ms))
    return this.#dueAt.size <= MAX_TIMERS
  }

  /** Those whose time has come, in the order of their times. */
  due(): number[] {
    const now = performance.now() + EARLY_MS
    const due = [...this.#dueAt].filter(([, at]) => at <= now).sort(([a, aAt], [b, bAt]) => aAt - bAt || a - b)
    return due.map(([timer]) => timer)
  }

  /** Takes one out; `false` where it was taken back before. */
  take(timer: number): boolean {
    return this.#dueAt.delete(timer)
  }

  /** Milliseconds until the next one is due; `undefined` where there is none. */
  nextMs(): number | undefined {
    let next = Number.POSITIVE_INFINITY
    for (const at of this.#dueAt.values()) if (at < next) next = at
    return next === Number.POSITIVE_INFINITY ? undefined : Math.max(0, next - performance.now())
  }
}
