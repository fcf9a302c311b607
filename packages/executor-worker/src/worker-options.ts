import { type ExecutorOptions, oneOf, type Placement, SandboxError, unsupported } from '@beddel/core'

/** What carries the guests: child processes, or threads of this process. */
export type WorkerRuntime = 'child_process' | 'worker_threads'

export interface WorkerOptions extends ExecutorOptions {
  /**
   * `child_process` (default, `placement: 'process'`) or `worker_threads` (`placement: 'in-process'`). Each of the two
   * options says the other; a contradiction is `BEDDEL_INVALID_OPTION`.
   */
  runtime?: WorkerRuntime
}

const PLACEMENT_OF: Record<WorkerRuntime, Placement> = { child_process: 'process', worker_threads: 'in-process' }

export function placementOf(options: WorkerOptions): Placement {
  const placement = oneOf('placement', options.placement, ['process', 'in-process'])
  const runtime = oneOf('runtime', options.runtime, ['child_process', 'worker_threads'])
  if (runtime === undefined) return placement ?? 'process'
  const said = PLACEMENT_OF[runtime]
  if (placement !== undefined && placement !== said) {
    throw new SandboxError(
      'BEDDEL_INVALID_OPTION',
      `runtime "${runtime}" is placement "${said}", and placement says "${placement}": give one of the two.`,
      {
        phase: 'configure',
        engine: 'worker',
        details: { path: 'runtime' },
      },
    )
  }
  return said
}

/** tinypool starts its children itself, and every cell is made when its run begins. */
export function checkProcessOptions({ processes }: WorkerOptions): void {
  for (const key of ['launcher', 'warmCells'] as const) {
    if (processes?.[key] !== undefined) throw unsupported(`processes.${key}`, 'is not what the worker engine has.', { engine: 'worker' })
  }
  if (processes?.sharing === 'tenant') {
    throw unsupported('processes.sharing', '"tenant": in the worker engine a parked run keeps its process to itself.', { engine: 'worker' })
  }
}
