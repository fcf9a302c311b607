/** Keeps what was made of texts, as long as the texts together are not longer than `maxUnits`; the oldest go first. */
export class BoundedCache<T> {
  readonly #entries = new Map<string, T>()
  #units = 0

  constructor(readonly maxUnits: number) {}

  get(text: string): T | undefined {
    return this.#entries.get(text)
  }

  set(text: string, value: T): void {
    if (text.length > this.maxUnits || this.#entries.has(text)) return
    this.#units += text.length
    this.#entries.set(text, value)
    for (const oldest of this.#entries.keys()) {
      if (this.#units <= this.maxUnits) return
      this.#entries.delete(oldest)
      this.#units -= oldest.length
    }
  }
}
