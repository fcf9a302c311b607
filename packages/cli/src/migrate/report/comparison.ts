import type { Ending, Recording } from './recording.js'
import { Side } from './side.js'

/** Slower is not other: such a run counts as equal, and is told. */
export const TIMING = 'timing'

export interface DifferenceReport {
  kind: string
  /** Compared runs with at least one of this kind. */
  runs: number
  /** The first one that was read. */
  example: { at: number; path?: string; message: string; first: string; second: string }
}

/** Runs of a call site that one other engine ran too. */
export class Comparison {
  readonly first = new Side()
  readonly second = new Side()
  /** Who answered the caller, in the last of these runs. */
  firstEngine = ''
  compared = 0
  equal = 0
  last = -Infinity
  readonly #kinds = new Map<string, DifferenceReport>()

  constructor(readonly engine: string) {}

  /** Whether the answers were equal. */
  add({ at, first, differences }: Recording, second: Ending): boolean {
    this.compared++
    this.first.add(first)
    this.second.add(second)
    if (at >= this.last) {
      this.last = at
      this.firstEngine = first.engine
    }
    for (const kind of new Set(differences.map(({ kind }) => kind))) {
      const known = this.#kinds.get(kind)
      if (known !== undefined) {
        known.runs++
        continue
      }
      const { path, message } = differences.find((one) => one.kind === kind) as { path?: string; message: string }
      this.#kinds.set(kind, { kind, runs: 1, example: { at, path, message, first: shown(first), second: shown(second) } })
    }
    const equal = differences.every(({ kind }) => kind === TIMING)
    if (equal) this.equal++
    return equal
  }

  /** The most frequent first. */
  differences(): DifferenceReport[] {
    return [...this.#kinds.values()].sort((a, b) => b.runs - a.runs)
  }
}

/** How a run ended, in a few words: `number`, `TypeError`, and the value or message where they were recorded. */
function shown({ type, code, message, value }: Ending): string {
  const more = value ?? message
  const head = code === undefined || code === type ? type : `${type} ${code}`
  return more === undefined ? head : `${head}: ${more}`
}
