import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type ExecutorOptions, mergeLimits, oneOf, SandboxError, statedLimits } from '@beddel/core'
import {
  type CellHost,
  type CellOptions,
  EngineExecutor,
  EngineSession,
  InProcessHost,
  refuseProcesses,
  sourceTools,
} from '@beddel/core/engine'
import { ProcessHost } from '@beddel/process-host'
import { isolatedVmCells, type SourceRewriting } from './cell.js'
import { findLibrary, fittingVersion, loadLibrary } from './library.js'
import { ENGINE, isolatedVmCapabilities } from './capabilities.js'

const require = createRequire(import.meta.url)

/**
 * Optimised loops lose their interrupt check on Node 24 and 26; without TurboFan they keep it (Maglev stays). Isolates
 * are short-lived: marking them step by step costs more, on threads of its own, than it saves.
 */
const FLAGS = [
  '--no-node-snapshot',
  '--no-turbofan',
  '--no-incremental-marking',
  // A child does one thing at a time: small pools keep it small.
  '--v8-pool-size=1',
  '--max-semi-space-size=1',
]

/** Runs guests in V8 isolates: each run in one that was never used, by default in a supervised child process. */
export class IsolatedVmExecutor extends EngineExecutor {
  constructor(options: ExecutorOptions = {}) {
    const placement = oneOf('placement', options.placement, ['process', 'in-process']) ?? 'process'
    if (placement === 'in-process') refuseProcesses(options, ENGINE)
    super({
      engine: ENGINE,
      Session: EngineSession,
      capabilities: isolatedVmCapabilities(placement),
      options,
      host: placement === 'process' ? childProcesses(options) : inProcess(),
    })
  }
}

function inProcess(): CellHost {
  return new InProcessHost(
    isolatedVmCells(
      () => loadLibrary(),
      () => require('./imports.js') as SourceRewriting,
    ),
    () => sourceTools(() => require('./source.js') as never),
  )
}

function childProcesses(options: ExecutorOptions): CellHost {
  const library = findLibrary()
  if (library === undefined) {
    throw new SandboxError(
      'BEDDEL_ENGINE_UNAVAILABLE',
      `isolated-vm is not installed. Run: npm install isolated-vm (for Node ${process.versions.node}: version ${fittingVersion(process.versions.node)}).`,
      { phase: 'configure', engine: ENGINE },
    )
  }
  const { memoryBytes } = mergeLimits(statedLimits(options.limits))
  const { web = false, codegen = false, wasm = false } = options
  const cells: CellOptions = { memoryBytes, web, codegen, wasm, hideHostFrames: false }
  return new ProcessHost({
    engine: ENGINE,
    entry: fileURLToPath(new URL('./child.js', import.meta.url)),
    flags: FLAGS,
    allowAddons: true,
    read: library.read,
    args: [library.path],
    processes: options.processes,
    cells,
  })
}
