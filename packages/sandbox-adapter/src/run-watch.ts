import type { Outcome } from '@beddel/core'
import { publishEnd, publishStart, type RunEvent, runsAreListenedTo } from './channels.js'
import { RunTelemetry, sdkIsRegistered } from './telemetry.js'

/** Whether a run would be seen by anybody: an SDK, or a subscriber. Asked before each run, so it must cost nothing. */
export function isWatched(): boolean {
  return sdkIsRegistered() || runsAreListenedTo()
}

/** Tells whoever watches about one run: when it starts, and once how it ended. */
export class RunWatch {
  readonly #telemetry: RunTelemetry | undefined

  constructor(readonly event: RunEvent) {
    this.#telemetry = RunTelemetry.start(event)
    publishStart(event)
  }

  inside<T>(fn: () => T): T {
    return this.#telemetry === undefined ? fn() : this.#telemetry.inside(fn)
  }

  ended(outcome: Outcome, threats: number | undefined): void {
    this.event.outcome = outcome
    this.#over(threats)
  }

  threw(error: unknown): void {
    this.event.error = error
    this.#over(undefined)
  }

  #over(threats: number | undefined): void {
    this.#telemetry?.end(this.event, threats)
    publishEnd(this.event)
  }
}
