import { DurationSketch } from './duration-sketch.js'
import type { Ending } from './recording.js'
import { Tally } from './tally.js'

/** What one engine did, in numbers. */
export interface EngineReport {
  engine: string
  runs: number
  /** Runs that ended in an error, a guest's own included. */
  failures: number
  /** Their codes, or the error's class where there is no code. */
  codes: Record<string, number>
  /** ms; absent where it ran nothing. Right to 1 %. */
  p50?: number
  p95?: number
}

/** Endings of one engine at one call site. */
export class Side {
  readonly #codes = new Tally()
  readonly #durations = new DurationSketch()
  runs = 0
  failures = 0

  add({ ok, ms, code, type }: Ending): void {
    this.runs++
    this.#durations.add(ms)
    if (ok) return
    this.failures++
    this.#codes.add(code ?? type)
  }

  report(engine: string): EngineReport {
    return {
      engine,
      runs: this.runs,
      failures: this.failures,
      codes: this.#codes.counts(),
      p50: this.#durations.quantile(0.5),
      p95: this.#durations.quantile(0.95),
    }
  }
}
