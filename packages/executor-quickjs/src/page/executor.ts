import { oneOf, SandboxError, unsupported } from '@beddel/core'
import { EngineExecutor } from '@beddel/core/engine'
import { Lanes, WorkerHost } from '@beddel/page-host'
import { ENGINE } from '../capabilities.js'
import { fixedOf, OWN_KEYS, type QuickJsOptions } from '../options.js'
import { pageCapabilities } from './capabilities.js'
import { binary, toolsText, workerScript } from './texts.js'

/** Runs at a time, parked ones included; each has a worker. */
const MAX_RUNS = 8

/** Runs guests in QuickJS in a web page: each run in a never-used instance, in a worker of a sandboxed frame. */
export class QuickJsExecutor extends EngineExecutor {
  constructor(options: QuickJsOptions = {}) {
    oneOf('placement', options.placement, ['in-process'])
    if (options.processes !== undefined) throw unsupported('processes', 'is about child processes, which a page has none of.')
    if (typeof document === 'undefined') {
      throw new SandboxError('BEDDEL_ENGINE_UNAVAILABLE', 'There is no document here: in a bundle for pages this engine needs one.', {
        engine: ENGINE,
      })
    }
    const fixed = fixedOf(options)
    let bytes: Promise<Uint8Array<ArrayBuffer>> | undefined
    const host = new WorkerHost({
      script: workerScript,
      boot: async () => ({ binary: await (bytes ??= binary()), fixed }),
      tools: toolsText,
    })
    super({
      engine: ENGINE,
      capabilities: pageCapabilities(),
      options,
      moreKeys: OWN_KEYS,
      host: new Lanes(host, MAX_RUNS, () => {}),
    })
  }
}
