import type { Difference, Ending, Recording } from './recording.js'

export interface DifferenceReport {
  kind: string
  /** Runs with at least one of this kind. */
  runs: number
  /** The first one that was read. */
  example: {
    at: number
    path?: string
    message: string
    /** How it ended for the caller, and on the other engine, where that ran. */
    first: string
    second?: string
  }
}

/** Differences by kind: how many runs have one, and an example of each. */
export class Differences {
  readonly #kinds = new Map<string, DifferenceReport>()

  add({ at, first, second, differences }: Recording): void {
    for (const kind of new Set(differences.map((one) => one.kind))) {
      const known = this.#kinds.get(kind)
      if (known !== undefined) {
        known.runs++
        continue
      }
      const { path, message } = differences.find((one) => one.kind === kind) as Difference
      this.#kinds.set(kind, { kind, runs: 1, example: { at, path, message, first: shown(first), second: second && shown(second) } })
    }
  }

  /** With those of another, the most frequent first. */
  with(other: Differences | undefined): DifferenceReport[] {
    const all = new Map(this.#kinds)
    for (const [kind, { runs, example }] of other === undefined ? [] : other.#kinds) {
      const known = all.get(kind)
      all.set(kind, { kind, runs: runs + (known?.runs ?? 0), example: known?.example ?? example })
    }
    return [...all.values()].sort((a, b) => b.runs - a.runs)
  }
}

/** How a run ended, in a few words: `number`, `TypeError`, and the value or message where they were recorded. */
function shown({ type, code, message, value }: Ending): string {
  const more = value ?? message
  const head = code === undefined || code === type ? type : `${type} ${code}`
  return more === undefined ? head : `${head}: ${more}`
}
