import { createRequire } from 'node:module'
import { type ExecutorProvider, type Probe, SPEC } from '@beddel/core'
import { canaryHolds } from '@beddel/core/engine'
import { ENGINE, workerCapabilities } from './capabilities.js'
import { WorkerExecutor } from './executor.js'
import { placementOf, type WorkerOptions } from './worker-options.js'

export const workerProvider: ExecutorProvider<WorkerOptions> = {
  spec: SPEC,
  id: ENGINE,
  placements: ['process', 'in-process'],
  capabilities: workerCapabilities,
  probe,
  create: async (options) => new WorkerExecutor(options),
}

/** Runs the canary, which the sandbox itself wrote, in a cell of the placement that is asked for. */
async function probe(options: WorkerOptions = {}): Promise<Probe> {
  const startedAt = performance.now()
  const placement = placementOf(options)
  const said = (reason?: string): Probe => ({
    engine: ENGINE,
    usable: reason === undefined,
    version: `tinypool ${tinypoolVersion()}`,
    ...(reason !== undefined && { reason, fix: 'Check that this Node may start child processes and worker threads' }),
    durationMs: performance.now() - startedAt,
  })
  const executor = new WorkerExecutor({ placement, acceptHostRisk: true, processes: { max: 1, min: 0 } })
  try {
    return said(await canaryHolds(executor))
  } catch (error) {
    return said(error instanceof Error ? error.message : String(error))
  } finally {
    await executor.dispose()
  }
}

function tinypoolVersion(): string {
  return (createRequire(import.meta.url)('tinypool/package.json') as { version: string }).version
}
