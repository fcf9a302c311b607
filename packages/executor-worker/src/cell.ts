import vm, { type Context, constants, createContext, Script } from 'node:vm'
import {
  type CellFactory,
  type CellOptions,
  type CompiledForm,
  type Dispatch,
  findExtraGlobals,
  guestRuntime,
  type ImportTools,
  VmCell,
  type VmCompiled,
  vmSource,
} from '@beddel/core/engine'
import { ENGINE } from './capabilities.js'
import { ENTRY, PRELUDE, type Realm } from './realm.js'

/** Node would read the stack of what a guest throws, to decorate it. */
const QUIET = { displayErrors: false }

/** Cells that are `node:vm` contexts, each a realm of its own without an object of the host's. */
export function vmCells(tools: () => ImportTools): CellFactory {
  return { engine: ENGINE, memoryFloor: 0, create: (options) => new WorkerCell(options, tools) }
}

const runtimes = new Map<boolean, Script>()
let globalNames: string[] | undefined

function runtimeFor(web: boolean): Script {
  const known = runtimes.get(web)
  if (known !== undefined) return known
  const script = new Script(guestRuntime({ web }), { filename: 'beddel:runtime' })
  runtimes.set(web, script)
  return script
}

class WorkerCell extends VmCell<Script> {
  readonly #context: Context
  readonly #give: Realm['give']

  constructor(options: CellOptions, tools: () => ImportTools) {
    super(vm, tools)
    const { codegen, wasm, web } = options
    this.#context = createContext(constants.DONT_CONTEXTIFY, {
      codeGeneration: { strings: false, wasm },
      // Promise jobs run at the end of each entry, inside its timeout, and never between two entries.
      microtaskMode: 'afterEvaluate',
    })
    const { connect, give } = PRELUDE.runInContext(this.#context, QUIET) as Realm
    globalNames ??= (new Script('Object.getOwnPropertyNames(globalThis).join()').runInContext(this.#context, QUIET) as string).split(',')
    const install = runtimeFor(web).runInContext(this.#context, QUIET) as Parameters<Realm['connect']>[1]
    const extraGlobals = findExtraGlobals(globalNames, options)
    connect(
      (op, a, b, c) => (this.stopped ? '' : this.post(op, a, b, c)),
      install,
      JSON.stringify({ codegen, wasm, web, hideHostFrames: true, extraGlobals }),
    )
    this.#give = give
  }

  protected compile(form: CompiledForm, source: string, filename: string): VmCompiled<Script> {
    return vmSource(vm, form, source, filename, this.tools)
  }

  protected run(script: Script, timeout: number): unknown {
    return script.runInContext(this.#context, { timeout, ...QUIET })
  }

  protected ask(timeout: number, ...args: Parameters<Dispatch>): unknown {
    this.#give(...args)
    return this.run(ENTRY, timeout)
  }
}
