import { createRequire } from 'node:module'
import { EngineExecutor, EngineSession, type ImportTools, InProcessHost, sourceTools } from '@beddel/core/engine'
import { ENGINE, vm2Capabilities } from './capabilities.js'
import { vm2Cells } from './cell.js'
import { commonOptions, VM2_KEYS, type Vm2Options } from './vm2-options.js'
import { warnOnce } from './warning.js'

const require = createRequire(import.meta.url)

/** Runs guests in vm2, in this process: for those who come from it, and for code that is trusted. */
export class Vm2Executor extends EngineExecutor {
  constructor(options: Vm2Options = {}) {
    const common = commonOptions(options)
    const tools = (): never => require('./source.js') as never
    super({
      engine: ENGINE,
      Session: EngineSession,
      capabilities: vm2Capabilities(),
      options: common,
      moreKeys: VM2_KEYS,
      host: new InProcessHost(vm2Cells(tools as () => ImportTools), () => sourceTools(tools)),
    })
    warnOnce(options.suppressWarning)
  }
}
