import { type ExecutorProvider, type Probe, type ProcessOptions, SPEC } from '@beddel/core'
import { canaryHolds, LAUNCHER_FIX } from '@beddel/core/engine'
import { libraryVersion } from './binary.js'
import { ENGINE, quickJsCapabilities } from './capabilities.js'
import { QuickJsExecutor } from './executor.js'
import type { QuickJsOptions } from './options.js'

export const quickJsProvider: ExecutorProvider<QuickJsOptions> = {
  spec: SPEC,
  id: ENGINE,
  placements: ['process', 'in-process'],
  capabilities: quickJsCapabilities,
  probe,
  create: async (options) => new QuickJsExecutor(options),
}

/** Runs the canary in the placement that is asked about. */
async function probe({ placement, processes }: QuickJsOptions = {}): Promise<Probe> {
  const startedAt = performance.now()
  let version: string | undefined
  const said = (reason?: string): Probe => ({
    engine: ENGINE,
    usable: reason === undefined,
    ...(version !== undefined && { version }),
    ...(reason !== undefined && { reason, fix: fixFor(version, processes) }),
    durationMs: performance.now() - startedAt,
  })
  let executor: QuickJsExecutor | undefined
  try {
    version = libraryVersion()
    executor =
      placement === 'in-process'
        ? new QuickJsExecutor({ placement, acceptHostRisk: true })
        : new QuickJsExecutor({ placement, processes: { max: 1, min: 0, launcher: processes?.launcher } })
    return said(await canaryHolds(executor))
  } catch (error) {
    return said(error instanceof Error ? error.message : String(error))
  } finally {
    await executor?.dispose()
  }
}

function fixFor(installed: string | undefined, processes: ProcessOptions | undefined): string {
  if (installed === undefined) return 'npm install quickjs-wasi'
  if (processes?.launcher !== undefined) return LAUNCHER_FIX
  return `Run Node without --jitless (QuickJS needs WebAssembly) and let it start child processes; quickjs-wasi ${installed} is installed`
}
