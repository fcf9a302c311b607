/** Something that waits for its turn. */
export interface Turn {
  begin(): void
}

/** One after another, in the order of arrival: each begins when the one before it has left. */
export class Turns<T extends Turn> {
  readonly waiting: T[] = []
  #busy = false
  #draining = false

  get busy(): boolean {
    return this.#busy
  }

  enter(turn: T): void {
    this.waiting.push(turn)
    this.#drain()
  }

  /** The one whose turn it was is done. */
  leave(): void {
    this.#busy = false
    this.#drain()
  }

  /** Takes back one that has not begun; `false` where it has. */
  withdraw(turn: T): boolean {
    const at = this.waiting.indexOf(turn)
    if (at >= 0) this.waiting.splice(at, 1)
    return at >= 0
  }

  /** A loop, since one that is done at once would otherwise begin the next on its own stack. */
  #drain(): void {
    if (this.#draining) return
    this.#draining = true
    try {
      while (!this.#busy && this.waiting.length > 0) {
        this.#busy = true
        this.waiting.shift()?.begin()
      }
    } finally {
      this.#draining = false
    }
  }
}
