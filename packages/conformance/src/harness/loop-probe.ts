import type { KitEnvironment, WaitClock } from './environment.js'
import { hostTime } from './host-time.js'

const EVERY_MS = 20

export interface Strain {
  /** The longest time in which the host's event loop stood still, without the time in which it had no processor. */
  stallMs: number
  /** How far resident memory rose above where it was. */
  memoryGrowthBytes: number
}

/** Watches the host's event loop and its resident memory while a guest runs. */
export class LoopProbe {
  readonly #waiting: WaitClock
  readonly #time: () => number
  readonly #memory: KitEnvironment['memory']
  readonly #rssBefore: number
  readonly #maxBefore: number
  #rss: number
  #last: number
  #busy: number
  #stall = 0
  readonly #timer: ReturnType<typeof setInterval>

  constructor({ waiting, memory }: KitEnvironment) {
    this.#waiting = waiting()
    this.#time = hostTime(this.#waiting)
    this.#memory = memory
    this.#rssBefore = this.#rss = memory?.now() ?? 0
    this.#maxBefore = memory?.highest() ?? 0
    this.#last = this.#time()
    this.#busy = this.#waiting.busy?.() ?? 0
    this.#timer = setInterval(() => this.#tick(), EVERY_MS)
  }

  stop(): Strain {
    clearInterval(this.#timer)
    this.#tick()
    this.#waiting.close()
    // The peak of a time in which no tick came through is known only where it is the highest of this process so far.
    const max = this.#memory?.highest() ?? 0
    const peak = max > this.#maxBefore && max > this.#rss ? max : this.#rss
    return { stallMs: this.#stall, memoryGrowthBytes: peak > this.#rssBefore ? peak - this.#rssBefore : 0 }
  }

  #tick(): void {
    const now = this.#time()
    const busy = this.#waiting.busy?.() ?? 0
    const lag = now - this.#last - EVERY_MS
    const worked = busy - this.#busy - EVERY_MS
    if (lag > this.#stall) this.#stall = lag
    if (worked > this.#stall) this.#stall = worked
    this.#busy = busy
    this.#last = now
    const rss = this.#memory?.now() ?? 0
    if (rss > this.#rss) this.#rss = rss
  }
}
