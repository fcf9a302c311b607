import { setTimeout as pause } from 'node:timers/promises'
import type { SandboxAdapter } from '@beddel/sandbox-adapter'

const PAUSE_MS = 20

export interface NeighbourFigures {
  answers: number
  wrong: number
  /** The slowest answer, in milliseconds. */
  slowestMs: number
}

/** A well-behaved guest that is run over and over while others misbehave; it must get every answer. */
export class Neighbour {
  readonly figures: NeighbourFigures = { answers: 0, wrong: 0, slowestMs: 0 }
  readonly #done = new AbortController()
  readonly #running: Promise<void>

  constructor(sandbox: SandboxAdapter) {
    this.#running = this.#run(sandbox)
  }

  async stop(): Promise<NeighbourFigures> {
    this.#done.abort()
    await this.#running
    return this.figures
  }

  async #run(sandbox: SandboxAdapter): Promise<void> {
    for (let n = 1; !this.#done.signal.aborted; n++) {
      const startedAt = performance.now()
      const outcome = await sandbox.tryRun<number>('input * 2', { input: n })
      this.figures.slowestMs = Math.max(this.figures.slowestMs, performance.now() - startedAt)
      if (outcome.success && outcome.result === n * 2) this.figures.answers++
      else this.figures.wrong++
      await pause(PAUSE_MS)
    }
  }
}
