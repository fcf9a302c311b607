/** Thrown where an analysis has used up its work. */
export class WorkLimit extends Error {
  override readonly name = 'WorkLimit'
}

/** Thrown where one value took too much work: it counts as unknown, and the analysis goes on. */
export class TooIntricate extends Error {
  override readonly name = 'TooIntricate'
}

/** How many steps one value may take. */
const STEPS_A_VALUE = 20_000

/**
 * How much an analysis may do: a step is a node that is looked at or folded, or 16 characters of folded text. It grows with the
 * source, so that time does too, whatever the source says.
 */
export class Work {
  #left: number
  #value = STEPS_A_VALUE

  constructor(length: number) {
    this.#left = 500_000 + 16 * length
  }

  get left(): number {
    return this.#left
  }

  /** Begins with the next value. */
  nextValue(): void {
    this.#value = STEPS_A_VALUE
  }

  step(count = 1): void {
    this.#left -= count
    if (this.#left < 0) throw new WorkLimit('The source took more work than an analysis may do')
  }

  fold(count = 1): void {
    this.step(count)
    this.#value -= count
    if (this.#value < 0) throw new TooIntricate('A value took more work than one may')
  }
}
