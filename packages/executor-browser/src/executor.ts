import { type ExecutorOptions, oneOf, SandboxError, unsupported } from '@beddel/core'
import { type CellFactory, type CellHost, EngineExecutor, InProcessHost } from '@beddel/core/engine'
import { Frames, Lanes } from '@beddel/page-host'
import { browserCapabilities, ENGINE } from './capabilities.js'
import { PageCell } from './cell.js'
import { Compilers } from './compilers.js'
import { guestScript, textOf } from './scripts.js'

/** Runs at a time, parked ones included; each has a thread of its own. */
const MAX_RUNS = 16

/** Runs guests in a web page: each run in a fresh worker, in a sandboxed frame of an opaque origin, one frame a tenant. */
export class BrowserExecutor extends EngineExecutor {
  constructor(options: ExecutorOptions = {}) {
    oneOf('placement', options.placement, ['in-process'])
    if (options.processes !== undefined) throw unsupported('processes', 'is about child processes, which a page has none of.')
    super({ engine: ENGINE, capabilities: browserCapabilities(), options, host: workers(options) })
  }
}

function workers({ web = false, codegen = false, wasm = false, tenant: own = '' }: ExecutorOptions): CellHost {
  const frames = new Frames(textOf)
  const compilers = new Compilers(frames)
  const cells: CellFactory = {
    engine: ENGINE,
    memoryFloor: 0,
    create: (options, tenant = '') => {
      needDocument()
      return new PageCell(frames.take(tenant, guestScript(options), true), compilers.for(tenant))
    },
  }
  const prepare = async (): Promise<void> => {
    needDocument()
    frames.warm(own, guestScript({ web, codegen, wasm }))
  }
  const host = new InProcessHost(cells, (cell) => (cell as PageCell).tools, prepare)
  return new Lanes(host, MAX_RUNS, () => frames.dispose())
}

function needDocument(): void {
  if (typeof document !== 'undefined') return
  throw new SandboxError('BEDDEL_ENGINE_UNAVAILABLE', 'There is no document here: this engine needs a web page.', { engine: ENGINE })
}
