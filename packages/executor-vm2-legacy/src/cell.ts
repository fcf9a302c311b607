import vm, { type Context, createContext, Script } from 'node:vm'
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
  IMPORT,
  type ImportTools,
  parseVmBody,
  vmSource,
  type ParseProblem,
  type Post,
} from '@beddel/core/engine'
import type { VM, VMScript } from 'vm2'
import { ENGINE } from './capabilities.js'
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

const PRELUDE = `const ${IMPORT} = (() => {
  const { Error } = globalThis
  return async () => { throw new Error('Not supported: this sandbox has no modules to import') }
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

class Vm2Cell implements Cell {
  deadline = 0
  readonly bodyShift = 0
  post: Post = () => undefined
  readonly #vm: VM
  readonly #dispatch: Dispatch
  #stopped = false

  constructor(
    readonly library: Vm2,
    options: CellOptions,
    readonly tools: () => ImportTools,
  ) {
    const { codegen, wasm, web } = options
    this.#vm = new library.VM({ eval: codegen, wasm })
    this.#vm.run(scriptFor(library, 'prelude', () => PRELUDE))
    globalNames ??= (this.#vm.run('Object.getOwnPropertyNames(globalThis).join()') as string).split(',')
    const install = this.#vm.run(
      scriptFor(library, web ? 'runtime-web' : 'runtime', () => `((Proxy) => (${guestRuntime({ web })}))(${PROXY})`),
    ) as (post: Post, options: unknown) => Dispatch
    const post: Post = (op, a, b, c) => (this.#stopped ? '' : this.post(op, a, b, c))
    // vm2 itself keeps the host's frames and paths out of stacks.
    const extraGlobals = findExtraGlobals(globalNames, options)
    this.#dispatch = install(post, { codegen, wasm, web, hideHostFrames: false, extraGlobals })
  }

  readonly dispatch: Dispatch = (op, a, b, c) => {
    if (op === ASK.PARSE_BODY) return parseVmBody(vm, a as string)
    const answered = this.#guarded(() => {
      const answer = this.#dispatch(op, a, b, c)
      // Promise jobs run at the end of a script.
      this.#vm.run(scriptFor(this.library, 'jobs', () => '0'))
      return answer
    })
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
    return this.#compile(form, source, filename).problem
  }

  execute(form: CompiledForm, source: string, filename: string): number {
    const { script, wants } = this.#compile(form, source, filename)
    if (wants !== undefined) {
      this.dispatch(ASK.THREW_COPY, 'Error', `Cannot import "${wants}": this sandbox has no modules to import`)
      return 0
    }
    if (script === undefined) return 1
    const ended = this.#guarded(() => this.#vm.run(script) as unknown)
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

  #compile(form: CompiledForm, source: string, filename: string): { script?: VMScript; wants?: string; problem?: ParseProblem } {
    const prepared = vmSource(vm, form, source, filename, this.tools)
    if (prepared.code === undefined)
      return { ...(prepared.wants !== undefined && { wants: prepared.wants }), ...(prepared.problem && { problem: prepared.problem }) }
    try {
      return { script: new this.library.VMScript(prepared.code, filename, { columnOffset: -prepared.shift }).compile() }
    } catch (error) {
      // vm2 parses by itself, and refuses more than V8 does.
      return { problem: { message: error instanceof Error ? error.message : 'vm2 refuses this source' } }
    }
  }

  /** Runs guest code with what is left of the time. Our clock says whether it was stopped, never what it threw. */
  #guarded(enter: () => unknown): { value: unknown } | { thrown: unknown } {
    const timeout = Math.ceil(this.deadline - performance.now())
    if (timeout <= 0) throw new CellFault('timeout')
    clock ??= { context: createContext({ __proto__: null }), script: new Script('enter()', { filename: 'beddel-clock.js' }) }
    clock.context.enter = enter
    try {
      return { value: clock.script.runInContext(clock.context, { timeout, displayErrors: false }) as unknown }
    } catch (thrown) {
      if (this.#stopped) throw new CellFault('stopped')
      if (performance.now() >= this.deadline - 1) throw new CellFault('timeout')
      return { thrown }
    } finally {
      clock.context.enter = undefined
    }
  }
}
