import { type ExecutorProvider, type Probe, SPEC } from '@beddel/core'
import { canaryHolds } from '@beddel/core/engine'
import { ENGINE, vm2Capabilities } from './capabilities.js'
import { Vm2Executor } from './executor.js'
import { loadVm2 } from './library.js'
import type { Vm2Options } from './vm2-options.js'

export const vm2Provider: ExecutorProvider<Vm2Options> = {
  spec: SPEC,
  id: ENGINE,
  placements: ['in-process'],
  capabilities: vm2Capabilities,
  probe,
  create: async (options) => new Vm2Executor(options),
}

/** Runs the canary, which the sandbox itself wrote: it needs nobody's consent, and is nobody's first use of vm2. */
async function probe(): Promise<Probe> {
  const startedAt = performance.now()
  let version: string | undefined
  const said = (reason?: string): Probe => ({
    engine: ENGINE,
    usable: reason === undefined,
    ...(version !== undefined && { version }),
    ...(reason !== undefined && { reason, fix: 'npm install vm2@^3.12.2' }),
    durationMs: performance.now() - startedAt,
  })
  try {
    version = loadVm2().version
    const executor = new Vm2Executor({ allowVm2: true, suppressWarning: true, trust: 'trusted' })
    try {
      return said(await canaryHolds(executor))
    } finally {
      await executor.dispose()
    }
  } catch (error) {
    return said(error instanceof Error ? error.message : String(error))
  }
}
