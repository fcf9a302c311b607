/** Keeps the values that were asked for last. */
export class Cache<V> {
  readonly #kept = new Map<string, V>()

  constructor(readonly max: number) {}

  get size(): number {
    return this.#kept.size
  }

  get(key: string): V | undefined {
    const value = this.#kept.get(key)
    if (value === undefined) return undefined
    this.#kept.delete(key)
    this.#kept.set(key, value)
    return value
  }

  set(key: string, value: V): void {
    if (this.max === 0) return
    this.#kept.delete(key)
    this.#kept.set(key, value)
    if (this.#kept.size <= this.max) return
    const [oldest] = this.#kept.keys()
    this.#kept.delete(oldest as string)
  }

  clear(): void {
    this.#kept.clear()
  }
}
