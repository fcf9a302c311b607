import type { KitEnvironment, WaitClock } from './environment.js'

const { now } = performance
const clock = now.bind(performance)

const EVERY_MS = 20

export interface Strain {
  /** The longest time in which the host's event loop stood still, without the time in which it had no processor. */
  stallMs: number
  /** How far resident memory rose above where it was. */
  memoryGrowthBytes: number
}

/** Watches the host's event loop and its resident memory while a guest runs. */
export class LoopProbe {
  readonly #queue: WaitClock
  readonly #memory: KitEnvironment['memory']
  readonly #rssBefore: number
  readonly #maxBefore: number
  #rss: number
  #last = clock()
  #waited: number
  #stall = 0
  readonly #timer: ReturnType<typeof setInterval>

  constructor({ waiting, memory }: KitEnvironment) {
    this.#queue = waiting()
    this.#memory = memory
    this.#rssBefore = this.#rss = memory?.now() ?? 0
    this.#maxBefore = memory?.highest() ?? 0
    this.#waited = this.#queue.read()
    this.#timer = setInterval(() => this.#tick(), EVERY_MS)
  }

  stop(): Strain {
    clearInterval(this.#timer)
    this.#tick()
    this.#queue.close()
    // The peak of a time in which no tick came through is known only where it is the highest of this process so far.
    const max = this.#memory?.highest() ?? 0
    const peak = max > this.#maxBefore && max > this.#rss ? max : this.#rss
    return { stallMs: this.#stall, memoryGrowthBytes: peak > this.#rssBefore ? peak - this.#rssBefore : 0 }
  }

  #tick(): void {
    const now = clock()
    const waited = this.#queue.read()
    const lag = now - this.#last - EVERY_MS - (waited - this.#waited)
    if (lag > this.#stall) this.#stall = lag
    this.#last = now
    this.#waited = waited
    const rss = this.#memory?.now() ?? 0
    if (rss > this.#rss) this.#rss = rss
  }
}
