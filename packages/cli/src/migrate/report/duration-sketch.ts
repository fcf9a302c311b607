/** Durations below it are one. In ms. */
const LEAST = 0.001
const GROWTH = 1.02
const LOG_GROWTH = Math.log(GROWTH)
/** The last bucket: more than 30 years. */
const LAST = Math.ceil(Math.log(1e15) / LOG_GROWTH)

/** Quantiles of any number of durations in bounded memory: counts in buckets that are 2 % wide, so a quantile is right to 1 %. */
export class DurationSketch {
  readonly #counts = new Map<number, number>()
  #count = 0
  #least = Infinity
  #greatest = 0

  add(ms: number): void {
    const bucket = ms <= LEAST ? 0 : Math.min(LAST, Math.ceil(Math.log(ms / LEAST) / LOG_GROWTH))
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1)
    this.#count++
    this.#least = Math.min(this.#least, ms)
    this.#greatest = Math.max(this.#greatest, ms)
  }

  /** The duration that the share `q` of all is at or below; `undefined` where there was none. */
  quantile(q: number): number | undefined {
    let left = Math.max(1, Math.ceil(q * this.#count))
    for (const bucket of [...this.#counts.keys()].sort((a, b) => a - b)) {
      left -= this.#counts.get(bucket) as number
      const middle = bucket === 0 ? LEAST : LEAST * GROWTH ** (bucket - 0.5)
      if (left <= 0) return Math.min(this.#greatest, Math.max(this.#least, middle))
    }
    return undefined
  }
}
