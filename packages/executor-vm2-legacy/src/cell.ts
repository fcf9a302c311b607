import vm, { type Context, createContext, Script } from 'node:vm'
import {
  type CellFactory,
  type CellOptions,
  type CompiledForm,
  type Dispatch,
  findExtraGlobals,
  guestRuntime,
  IMPORT_PRELUDE,
  type ImportTools,
  type Post,
  VmCell,
  type VmCompiled,
  vmSource,
} from '@beddel/core/engine'
import type { VM, VMScript } from 'vm2'
import { ENGINE } from './capabilities.js'
import { enterQuiet, outsideQuiet } from './quiet-rejections.js'
import { loadVm2, type Vm2 } from './library.js'

/** Cells that are VMs of vm2, each for one run or one session. vm2 is loaded with the first. */
export function vm2Cells(tools: () => ImportTools): CellFactory {
  return { engine: ENGINE, memoryFloor: 0, create: (options) => new Vm2Cell(loadVm2(), options, tools) }
}

/**
 * vm2's realms have no `Proxy`. The guest runtime makes one, of a constructor and with these two traps, for which a
 * function does as well.
 */
const PROXY = `(() => {
  const { defineProperty, getPrototypeOf, setPrototypeOf } = Object
  return function (target, handler) {
    const watched = function (...args) {
      if (new.target === undefined) return handler.apply(target, this, args)
      return handler.construct(target, args, new.target === watched ? target : new.target)
    }
    defineProperty(watched, 'name', { value: target.name, configurable: true })
    defineProperty(watched, 'length', { value: target.length, configurable: true })
    defineProperty(watched, 'prototype', { value: target.prototype, writable: false })
    return setPrototypeOf(watched, getPrototypeOf(target))
  }
})()`

const scripts = new Map<string, VMScript>()
let globalNames: string[] | undefined

function scriptFor({ VMScript: Compiled }: Vm2, name: string, source: () => string): VMScript {
  const known = scripts.get(name)
  if (known !== undefined) return known
  const made = new Compiled(source(), `beddel-${name}.js`)
  scripts.set(name, made)
  return made
}

/** Only this context's script has a timeout: what it calls may be of any context, and the timeout holds there too. */
let clock: { context: Context; script: Script } | undefined

class Vm2Cell extends VmCell<VMScript> {
  readonly #vm: VM
  readonly #dispatch: Dispatch

  constructor(
    readonly library: Vm2,
    options: CellOptions,
    tools: () => ImportTools,
  ) {
    super(vm, tools)
    const { codegen, wasm, web } = options
    this.#vm = new library.VM({ eval: codegen, wasm })
    this.#vm.run(scriptFor(library, 'prelude', () => IMPORT_PRELUDE))
    globalNames ??= (this.#vm.run('Object.getOwnPropertyNames(globalThis).join()') as string).split(',')
    const install = this.#vm.run(
      scriptFor(library, web ? 'runtime-web' : 'runtime', () => `((Proxy) => (${guestRuntime({ web })}))(${PROXY})`),
    ) as (post: Post, options: unknown) => Dispatch
    const post: Post = (op, a, b, c) => (this.stopped ? '' : outsideQuiet(() => this.post(op, a, b, c)))
    // vm2 itself keeps the host's frames and paths out of stacks.
    const extraGlobals = findExtraGlobals(globalNames, options)
    this.#dispatch = install(post, { codegen, wasm, web, hideHostFrames: false, extraGlobals })
  }

  protected compile(form: CompiledForm, source: string, filename: string): VmCompiled<VMScript> {
    const prepared = vmSource(vm, form, source, filename, this.tools)
    if (prepared.code === undefined) return prepared
    try {
      return { script: new this.library.VMScript(prepared.code, filename, { columnOffset: -prepared.shift }).compile() }
    } catch (error) {
      // vm2 parses by itself, and refuses more than V8 does.
      const message = error instanceof Error ? error.message : 'vm2 refuses this source'
      // The second is the answer of vm2's own parser.
      const tooDeep = error instanceof RangeError || message.startsWith('Not enough stack space')
      return { problem: tooDeep ? { message, tooDeep } : { message } }
    }
  }

  protected run(script: VMScript, timeout: number): unknown {
    return this.#timed(timeout, () => this.#vm.run(script) as unknown)
  }

  protected ask(timeout: number, ...args: Parameters<Dispatch>): unknown {
    return this.#timed(timeout, () => {
      const answer = this.#dispatch(...args)
      // Promise jobs run at the end of a script.
      this.#vm.run(scriptFor(this.library, 'jobs', () => '0'))
      return answer
    })
  }

  #timed(timeout: number, enter: () => unknown): unknown {
    clock ??= { context: createContext({ __proto__: null }), script: new Script('enter()', { filename: 'beddel-clock.js' }) }
    clock.context.enter = enter
    const leave = enterQuiet()
    try {
      return clock.script.runInContext(clock.context, { timeout, displayErrors: false })
    } finally {
      leave()
      clock.context.enter = undefined
    }
  }
}
