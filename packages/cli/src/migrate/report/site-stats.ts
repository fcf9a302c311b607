import { Comparison } from './comparison.js'
import { type DifferenceReport, Differences } from './differences.js'
import type { FallBack, Recording } from './recording.js'
import { Side } from './side.js'
import { OTHERS, Tally } from './tally.js'
import type { Shown } from './timeline.js'

/** More engines than this at one call site are counted together: there are not so many. */
const ENGINES = 8

/** All that is kept of one call site, however often it ran. */
export class SiteStats {
  readonly modes = new Tally()
  readonly calls = new Tally()
  readonly skipped = new Tally()
  /** Who answered callers, by engine. */
  readonly answered = new Map<string, Side>()
  /** By the engine that ran beside. */
  readonly comparisons = new Map<string, Comparison>()
  /** Told of runs that no other engine made: what is lost on the way to it is known before. */
  readonly #untold = new Differences()
  runs = 0
  from = Infinity
  to = -Infinity
  lastMode = ''
  lastEngine = ''
  fallBacks = 0
  lastFallBack: FallBack | undefined

  constructor(readonly site: string) {}

  add(recording: Recording): Shown {
    const { at, mode, call, first, second, skipped } = recording
    this.runs++
    this.#during(at)
    if (at >= this.to) {
      this.lastMode = mode
      this.lastEngine = first.engine
    }
    this.modes.add(mode)
    this.calls.add(call)
    if (skipped !== undefined) this.skipped.add(skipped)
    entry(this.answered, first.engine, () => new Side()).add(first)
    if (second === undefined) {
      this.#untold.add(recording)
      return recording.differences.length > 0 ? 'different' : 'alone'
    }
    return entry(this.comparisons, second.engine, (engine) => new Comparison(engine)).add(recording, second) ? 'equal' : 'different'
  }

  addFallBack(event: FallBack): void {
    this.#during(event.at)
    this.fallBacks++
    if (this.lastFallBack === undefined || event.at >= this.lastFallBack.at) this.lastFallBack = event
  }

  /** The engine that was compared last is the one that the call site is to move to. */
  get candidate(): Comparison | undefined {
    return [...this.comparisons.values()].sort((a, b) => b.last - a.last)[0]
  }

  /** Of the engine that was compared last, and of runs that could not be compared. */
  differences(): DifferenceReport[] {
    return this.#untold.with(this.candidate?.differences)
  }

  #during(at: number): void {
    this.from = Math.min(this.from, at)
    this.to = Math.max(this.to, at)
  }
}

function entry<T>(map: Map<string, T>, name: string, make: (name: string) => T): T {
  const key = map.has(name) || map.size < ENGINES ? name : OTHERS
  const known = map.get(key) ?? make(key)
  map.set(key, known)
  return known
}
