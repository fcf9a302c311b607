import { mergeLimits, statedLimits } from '@beddel/core'
import { EngineExecutor } from '@beddel/core/engine'
import { ENGINE, workerCapabilities } from './capabilities.js'
import { WorkerHost } from './worker-host.js'
import { checkProcessOptions, placementOf, type WorkerOptions } from './worker-options.js'

/** Runs guests in `node:vm` contexts that tinypool carries: in child processes by default, or in worker threads. */
export class WorkerExecutor extends EngineExecutor {
  readonly #host: WorkerHost

  constructor(options: WorkerOptions = {}) {
    const placement = placementOf(options)
    checkProcessOptions(options)
    const { memoryBytes } = mergeLimits(statedLimits(options.limits))
    const host = new WorkerHost({ engine: ENGINE, placement, processes: options.processes, memoryBytes })
    super({
      engine: ENGINE,
      capabilities: workerCapabilities(placement),
      options,
      moreKeys: ['runtime'],
      host,
    })
    this.#host = host
  }

  /** The ids of the live child processes; none where threads carry the guests. */
  pids(): number[] {
    return this.#host.pids()
  }
}
