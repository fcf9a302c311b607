import { type ExecutorOptions, type ExecutorProvider, type Probe, SPEC } from '@beddel/core'
import { canaryHolds, LAUNCHER_FIX } from '@beddel/core/engine'
import { ENGINE, isolatedVmCapabilities } from './capabilities.js'
import { IsolatedVmExecutor } from './executor.js'
import { findLibrary, fittingVersion } from './library.js'

export const isolatedVmProvider: ExecutorProvider = {
  spec: SPEC,
  id: ENGINE,
  placements: ['process', 'in-process'],
  capabilities: isolatedVmCapabilities,
  probe,
  create: async (options) => new IsolatedVmExecutor(options),
}

/** Runs the canary in a child process, whatever the placement: an add-on that crashes must not take the host along. */
async function probe(options: ExecutorOptions = {}): Promise<Probe> {
  const startedAt = performance.now()
  const library = findLibrary()
  const said = (usable: boolean, reason?: string): Probe => ({
    engine: ENGINE,
    usable,
    ...(library && { version: library.version }),
    // What a loader says goes on for many lines.
    ...(reason !== undefined && { reason: (reason.trim().split('\n')[0] as string).trim(), fix: fixFor(library?.version, options) }),
    durationMs: performance.now() - startedAt,
  })
  if (library === undefined) return said(false, 'the package isolated-vm is not installed')
  const executor = new IsolatedVmExecutor({ processes: { max: 1, min: 0, launcher: options.processes?.launcher } })
  try {
    const problem = await canaryHolds(executor)
    return said(problem === undefined, problem)
  } catch (error) {
    return said(false, error instanceof Error ? error.message : String(error))
  } finally {
    await executor.dispose()
  }
}

function fixFor(installed: string | undefined, { processes }: ExecutorOptions): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 22 || (major === 22 && minor < 13)) return `use Node 22.13 or later: this is ${process.versions.node}`
  if (installed !== undefined && processes?.launcher !== undefined) return LAUNCHER_FIX
  const fitting = fittingVersion(process.versions.node)
  const install = `npm install isolated-vm (for Node ${process.versions.node}: version ${fitting})`
  return installed === undefined ? install : `${install}; installed is ${installed}`
}
