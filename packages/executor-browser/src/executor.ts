import { EngineExecutor, type CellFactory, type CellHost, type CellOptions, guestRuntime, InProcessHost } from '@beddel/core/engine'
import { type ExecutorOptions, SandboxError, oneOf } from '@beddel/core'
import { Frames, Lanes } from '@beddel/page-host'
import { browserCapabilities, ENGINE } from './capabilities.js'
import { PageCell } from './cell.js'
import { Compilers } from './compilers.js'
import { GUEST_WORKER } from './generated/guest-worker.js'

/** Runs at a time, parked ones included; each has a thread of its own. */
const MAX_RUNS = 16

/** Runs guests in a web page: each run in a fresh worker, in a sandboxed frame of an opaque origin, one frame a tenant. */
export class BrowserExecutor extends EngineExecutor {
  constructor(options: ExecutorOptions = {}) {
    oneOf('placement', options.placement, ['in-process'])
    const capabilities = browserCapabilities()
    super({ engine: ENGINE, capabilities, options, host: workers(options) })
  }
}

/** A worker's script, by the shape of its cells. */
const scriptName = ({ web, codegen, wasm }: Pick<CellOptions, 'web' | 'codegen' | 'wasm'>): string =>
  JSON.stringify({ web, codegen, wasm, hideHostFrames: false })

function workers(options: ExecutorOptions): CellHost {
  const frames = new Frames((name) => compilers.texts.get(name) ?? guestScript(name))
  const compilers = new Compilers(frames)
  const cells: CellFactory = {
    engine: ENGINE,
    memoryFloor: 0,
    create: (shape, tenant = '') => {
      needDocument()
      return new PageCell(frames.take(tenant, scriptName(shape), true), compilers.for(tenant))
    },
  }
  const prepare = async (): Promise<void> => {
    needDocument()
    const { web = false, codegen = false, wasm = false, tenant = '' } = options
    // The worker that is taken here is the first run's.
    frames.warm(tenant, scriptName({ web, codegen, wasm }))
  }
  const host = new InProcessHost(cells, (cell) => (cell as PageCell).tools, prepare)
  const dispose = host.dispose.bind(host)
  host.dispose = async () => {
    await dispose()
    frames.dispose()
  }
  return new Lanes(host, MAX_RUNS)
}

function guestScript(name: string): string {
  const { web } = JSON.parse(name) as CellOptions
  return `${GUEST_WORKER}(${guestRuntime({ web })},${name})\n//# sourceURL=beddel:runtime`
}

function needDocument(): void {
  if (typeof document !== 'undefined') return
  throw new SandboxError('BEDDEL_ENGINE_UNAVAILABLE', 'There is no document here: this engine needs a web page.', { engine: ENGINE })
}
