import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { mergeLimits, oneOf, statedLimits } from '@beddel/core'
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
import { compileBinary, findBinary, loadBinary } from './binary.js'
import { ENGINE, quickJsCapabilities } from './capabilities.js'
import { quickJsCells } from './cell.js'
import type { Fixed } from './fixed.js'
import { fixedOf, OWN_KEYS, type QuickJsOptions } from './options.js'

const require = createRequire(import.meta.url)

/** Runs guests in QuickJS: each run in a never-used instance, by default in a supervised child process. */
export class QuickJsExecutor extends EngineExecutor {
  constructor(options: QuickJsOptions = {}) {
    const placement = oneOf('placement', options.placement, ['process', 'in-process']) ?? 'process'
    const fixed = fixedOf(options)
    if (placement === 'in-process') refuseProcesses(options, ENGINE)
    super({
      engine: ENGINE,
      Session: EngineSession,
      capabilities: quickJsCapabilities(placement),
      options,
      moreKeys: OWN_KEYS,
      host: placement === 'process' ? childProcesses(options, fixed) : inProcess(options, fixed),
    })
  }
}

/**
 * Never --jitless: there is no WebAssembly without the JIT. Some of QuickJS's parser and JSON take more of V8's stack than
 * of their own: with 4 MB, half of what a main thread usually has, their own ends first and the guest can catch that.
 */
const FLAGS = ['--stack-size=3900']

let binary: WebAssembly.Module | undefined

function inProcess(options: QuickJsOptions, fixed: Fixed): CellHost {
  const cells = quickJsCells(() => (binary ??= loadBinary(findBinary())), fixed)
  const prepare = async (): Promise<void> => {
    binary ??= await compileBinary(findBinary())
    cells.create(cellShape(options)).dispose()
  }
  return new InProcessHost(cells, () => sourceTools(() => require('./source.js') as never), prepare)
}

function childProcesses(options: QuickJsOptions, fixed: Fixed): CellHost {
  const path = findBinary()
  return new ProcessHost({
    engine: ENGINE,
    entry: fileURLToPath(new URL('./child.js', import.meta.url)),
    flags: FLAGS,
    allowAddons: false,
    read: [path],
    args: [path, JSON.stringify(fixed)],
    processes: options.processes,
    cells: cellShape(options),
  })
}

function cellShape({ limits, web = false, codegen = false }: QuickJsOptions): CellOptions {
  const { memoryBytes } = mergeLimits(statedLimits(limits))
  return { memoryBytes, web, codegen, wasm: false, hideHostFrames: false }
}
