import { type Executor, SandboxError } from '@beddel/core'
import { createExecutorSync, type CreateExecutorOptions } from '@beddel/sandbox-adapter'
import type { VMOptions } from './options.js'
import { shadowThread } from './shadow/thread.js'

const executors = new Map<string, Executor>()

/** The executor that all VMs with these options share. The first one loads the engine and proves it. */
export function executorFor(engine: string, own: VMOptions): Executor {
  const { placement, trust, acceptHostRisk, processes, wasm } = own
  const key = JSON.stringify([engine, placement, trust, acceptHostRisk, processes, wasm, own.exposeHostErrors])
  let executor = executors.get(key)
  if (executor === undefined) {
    const options: CreateExecutorOptions = {
      config: false,
      // The guest's end of the link compiles the modules that the guest loads, and takes it away where `eval` is false.
      codegen: true,
      exposeHostErrors: own.exposeHostErrors ?? true,
      ...(placement !== undefined && { placement }),
      ...(trust !== undefined && { trust }),
      ...(acceptHostRisk !== undefined && { acceptHostRisk }),
      ...(wasm !== undefined && { wasm }),
      // Each VM keeps its cell: without sharing it would keep a process.
      ...(placement !== 'in-process' && { processes: { sharing: 'tenant', ...processes } }),
    }
    executor = createExecutorSync(engine, options)
    if (executor.sessionSync === undefined) {
      void executor.dispose()
      throw new SandboxError(
        'BEDDEL_OPTION_UNSUPPORTED',
        `engine: ${engine} cannot run synchronously and keep state, which vm2's classes do.`,
        {
          phase: 'configure',
          engine,
          details: { path: 'engine' },
        },
      )
    }
    executors.set(key, executor)
  }
  return executor
}

/** Ends the engines that this package has started, with all VMs and shadows on them. VMs that are made later start new ones. */
export async function disposeEngines(): Promise<void> {
  const all = [...executors.values()]
  executors.clear()
  await Promise.all([shadowThread.dispose(), ...all.map((executor) => executor.dispose())])
}
