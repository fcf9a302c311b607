import type { Death } from './death.js'

const MAX_START_FAILURES = 4
/** The longest pause before another process is started after one could not be, in milliseconds. */
const MAX_BACK_OFF_MS = 1_000
/** Sent by somebody else: they say nothing about whether a process can be started. Runs then wait within their own time. */
const FOREIGN_SIGNALS = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'])

/** Processes that could not be started: the pool tries again later and later, and after four in a row gives up. */
export class StartFailures {
  #count = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  /** What the last of them left behind; '' before the first. */
  last = ''

  constructor(
    readonly again: () => void,
    readonly giveUp: (why: string) => void,
  ) {}

  /** Whether the last start failed. */
  get any(): boolean {
    return this.#count > 0
  }

  /** Nothing is to be started until {@link again} is called. */
  get pausing(): boolean {
    return this.#timer !== undefined
  }

  add(death: Death): void {
    this.last = death.stderr.trim().slice(0, 1_500) || `exit code ${death.exitCode}, signal ${death.signal}`
    const foreign = death.killed === undefined && FOREIGN_SIGNALS.has(death.signal ?? '')
    this.#count = foreign ? Math.max(1, this.#count) : this.#count + 1
    if (this.#count >= MAX_START_FAILURES) {
      this.#count = 0
      return this.giveUp(this.last)
    }
    this.stop()
    const pauseMs = Math.min(25 * 2 ** this.#count, MAX_BACK_OFF_MS)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.again()
    }, pauseMs)
  }

  /** A process has done work: what failed before it is over. */
  forget(): void {
    this.#count = 0
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
