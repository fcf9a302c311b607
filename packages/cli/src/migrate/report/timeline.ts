export type Shown = 'equal' | 'different' | 'alone'
export type Bar = { at: number } & Record<Shown, number>

const BARS = 72
const MINUTE = 60_000

/** Runs over time in a bounded number of bars: they become twice as wide whenever there would be more. */
export class Timeline {
  #width = MINUTE
  #bars = new Map<number, Bar>()
  #from = Infinity
  #to = -Infinity

  /** In ms. */
  get width(): number {
    return this.#width
  }

  add(at: number, what: Shown): void {
    this.#from = Math.min(this.#from, at)
    this.#to = Math.max(this.#to, at)
    while (this.#index(this.#to) - this.#index(this.#from) >= BARS) this.#widen()
    this.#bar(this.#index(at))[what]++
  }

  /** In order, those without a run too. */
  bars(): Bar[] {
    if (this.#bars.size === 0) return []
    const first = this.#index(this.#from)
    return Array.from(
      { length: this.#index(this.#to) - first + 1 },
      (_, i) => this.#bars.get(first + i) ?? empty((first + i) * this.#width),
    )
  }

  #index(at: number): number {
    return Math.floor(at / this.#width)
  }

  #bar(index: number): Bar {
    const bar = this.#bars.get(index) ?? empty(index * this.#width)
    this.#bars.set(index, bar)
    return bar
  }

  #widen(): void {
    const narrow = this.#bars
    this.#bars = new Map()
    this.#width *= 2
    for (const { at, equal, different, alone } of narrow.values()) {
      const bar = this.#bar(this.#index(at))
      bar.equal += equal
      bar.different += different
      bar.alone += alone
    }
  }
}

const empty = (at: number): Bar => ({ at, equal: 0, different: 0, alone: 0 })
