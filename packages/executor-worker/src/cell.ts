import vm, { type Context, constants, createContext, Script } from 'node:vm'
import {
  ASK,
  type Cell,
  type CellFactory,
  CellFault,
  type CellOptions,
  type CompiledForm,
  type Dispatch,
  findExtraGlobals,
  guestRuntime,
  type ImportTools,
  parseVmBody,
  vmSource,
  type ParseProblem,
  type Post,
} from '@beddel/core/engine'
import { ENGINE } from './capabilities.js'
import { ENTRY, PRELUDE, type Realm } from './realm.js'

/** Node would read the stack of what a guest throws, to decorate it. */
const QUIET = { displayErrors: false }

/** Cells that are `node:vm` contexts, each a realm of its own without an object of the host's. */
export function vmCells(tools: () => ImportTools): CellFactory {
  return { engine: ENGINE, memoryFloor: 0, create: (options) => new VmCell(options, tools) }
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

class VmCell implements Cell {
  deadline = 0
  readonly bodyShift = 0
  post: Post = () => undefined
  readonly #context: Context
  readonly #give: Realm['give']
  #stopped = false

  constructor(
    options: CellOptions,
    readonly tools: () => ImportTools,
  ) {
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
      (op, a, b, c) => (this.#stopped ? '' : this.post(op, a, b, c)),
      install,
      JSON.stringify({ codegen, wasm, web, hideHostFrames: true, extraGlobals }),
    )
    this.#give = give
  }

  readonly dispatch: Dispatch = (op, a, b, c) => {
    if (op === ASK.PARSE_BODY) return parseVmBody(vm, a as string)
    this.#give(op, a, b, c)
    const answered = this.#guarded(ENTRY)
    // What the guest runtime itself throws is never looked at: it may be the guest's.
    if ('thrown' in answered) throw new CellFault('crash', 'the guest runtime failed')
    return typeof answered.value === 'number' || typeof answered.value === 'string' ? answered.value : undefined
  }

  parse(form: CompiledForm, source: string, filename: string): ParseProblem | undefined {
    if (form === 'module' && !/^#!|import|export/.test(source)) {
      // Without these what is no body is no module either, and our own parser need not be loaded to say so.
      const problem = this.parse('body', source, filename)
      if (problem !== undefined) return problem
      const message = parseVmBody(vm, source)
      if (message !== '') return { message }
    }
    return vmSource(vm, form, source, filename, this.tools).problem
  }

  execute(form: CompiledForm, source: string, filename: string): number {
    const { script, wants } = vmSource(vm, form, source, filename, this.tools)
    if (wants !== undefined) {
      this.dispatch(ASK.THREW_COPY, 'Error', `Cannot import "${wants}": this sandbox has no modules to import`)
      return 0
    }
    if (script === undefined) return 1
    const ended = this.#guarded(script)
    if ('thrown' in ended) this.dispatch(ASK.THREW, ended.thrown)
    else this.dispatch(form === 'script' ? ASK.VALUE : ASK.INVOKE, ended.value)
    return 0
  }

  /** V8 has no way to end one context's code: the guest may go on until its deadline, but nobody listens any more. */
  stop(): void {
    this.#stopped = true
  }

  dispose(): void {
    this.#stopped = true
  }

  /** Runs a script with what is left of the time. Our clock says whether it was stopped, never what it threw. */
  #guarded(script: Script): { value: unknown } | { thrown: unknown } {
    const timeout = Math.ceil(this.deadline - performance.now())
    if (timeout <= 0) throw new CellFault('timeout')
    try {
      return { value: script.runInContext(this.#context, { timeout, ...QUIET }) as unknown }
    } catch (thrown) {
      if (this.#stopped) throw new CellFault('stopped')
      if (performance.now() >= this.deadline - 1) throw new CellFault('timeout')
      return { thrown }
    }
  }
}
