import {
  ASK,
  BODY_PREFIX,
  BODY_SUFFIX,
  type Cell,
  type CellFactory,
  CellFault,
  type CellOptions,
  type CompiledForm,
  type Dispatch,
  evalInGuest,
  withUrl,
  findExtraGlobals,
  guestRuntime,
  type ParseProblem,
  type Post,
} from '@beddel/core/engine'
import type ivm from 'isolated-vm'

type Library = typeof ivm
type Answer = number | string | undefined

const MiB = 1024 * 1024
/** isolated-vm refuses a smaller `memoryLimit`. */
const FLOOR = 8 * MiB

/** Cells over one copy of isolated-vm; `load` is called for the first cell. */
export function isolatedVmCells(load: () => Library): CellFactory {
  let library: Library | undefined
  const bootCaches = new Map<boolean, ivm.ExternalCopy<ArrayBuffer>>()
  const shared = new Map<number, SharedIsolate>()

  const newIsolate = (options: CellOptions): ivm.Isolate => {
    library ??= load()
    return new library.Isolate({ memoryLimit: Math.ceil(Math.max(options.memoryBytes, FLOOR) / MiB) })
  }

  /** Compiles the guest runtime; the machine code of the first time serves every later isolate of this process. */
  const bootScript = (isolate: ivm.Isolate, web: boolean): ivm.Script => {
    const filename = 'beddel:runtime'
    const source = guestRuntime({ web })
    const cachedData = bootCaches.get(web)
    if (cachedData !== undefined) return isolate.compileScriptSync(source, { filename, cachedData })
    const script = isolate.compileScriptSync(source, { filename, produceCachedData: true }) as ivm.Script & {
      cachedData?: ivm.ExternalCopy<ArrayBuffer>
    }
    if (script.cachedData !== undefined) bootCaches.set(web, script.cachedData)
    return script
  }

  let globalNames: string[] | undefined
  const extras = new Map<string, string>()
  /** What an isolate of this process has by itself; the same for all of them, so one is asked. */
  const extraGlobals = (isolate: ivm.Isolate, options: CellOptions): string => {
    const shape = `${options.codegen}:${options.wasm}:${options.web}`
    let extra = extras.get(shape)
    if (extra === undefined) {
      globalNames ??= (isolate.createContextSync().evalSync('Object.getOwnPropertyNames(globalThis).join()') as string).split(',')
      extra = findExtraGlobals(globalNames, options)
      extras.set(shape, extra)
    }
    return extra
  }

  const make = (isolate: ivm.Isolate, boot: ivm.Script, options: CellOptions, shared?: SharedIsolate): Cell =>
    new IsolateCell(library as Library, isolate, boot, { ...options, extraGlobals: extraGlobals(isolate, options) }, shared)

  return {
    engine: 'isolated-vm',
    memoryFloor: FLOOR,
    create: (options) => {
      const isolate = newIsolate(options)
      return make(isolate, bootScript(isolate, options.web), options)
    },
    createContext: (options) => {
      let found = shared.get(options.memoryBytes)
      if (found === undefined || found.isolate.isDisposed) {
        found = new SharedIsolate(newIsolate(options))
        shared.set(options.memoryBytes, found)
      }
      let boot = found.boot.get(options.web)
      if (boot === undefined) found.boot.set(options.web, (boot = bootScript(found.isolate, options.web)))
      found.contexts++
      return make(found.isolate, boot, options, found)
    },
    dropContexts: () => {
      for (const one of shared.values()) one.retire()
      shared.clear()
    },
  }
}

/** An isolate in which several runs have had their context. */
class SharedIsolate {
  contexts = 0
  /** One of its guests had to be stopped, and that ends all of it. */
  stopped = false
  readonly boot = new Map<boolean, ivm.Script>()
  #retired = false

  constructor(readonly isolate: ivm.Isolate) {}

  /** No new context is made in it; it goes with its last one. */
  retire(): void {
    this.#retired = true
    this.#disposeUnused()
  }

  left(): void {
    this.contexts--
    this.#disposeUnused()
  }

  #disposeUnused(): void {
    if (this.#retired && this.contexts === 0 && !this.isolate.isDisposed) this.isolate.dispose()
  }
}

class IsolateCell implements Cell {
  deadline = 0
  readonly bodyShift = 0
  post: Post = () => undefined
  readonly #isolate: ivm.Isolate
  readonly #context: ivm.Context
  readonly #dispatch: ivm.Reference<Dispatch>
  readonly #shared: SharedIsolate | undefined
  #disposed = false
  readonly #cpuAtStart: bigint
  #stopped = false
  /** A module whose evaluation awaits something, and ours that imports it and so is done when it is. */
  #awaiting: { module: ivm.Module; after: ivm.Module } | undefined

  constructor(library: Library, isolate: ivm.Isolate, boot: ivm.Script, options: CellOptions, shared?: SharedIsolate) {
    this.#isolate = isolate
    this.#shared = shared
    this.#context = isolate.createContextSync()
    // Strings and numbers only pass here; nothing of isolated-vm's own is ever within a guest's reach.
    const post = new library.Callback((op: number, a?: string | number, b?: string | number, c?: string) => this.post(op, a, b, c))
    const install = boot.runSync(this.#context, { reference: true }) as ivm.Reference<(...args: unknown[]) => Dispatch>
    const { codegen, wasm, web, hideHostFrames, extraGlobals } = options
    this.#dispatch = install.applySync(
      undefined,
      [post, new library.ExternalCopy({ codegen, wasm, web, hideHostFrames, extraGlobals }).copyInto({ release: true })],
      {
        result: { reference: true },
      },
    ) as unknown as ivm.Reference<Dispatch>
    install.release()
    this.#cpuAtStart = isolate.cpuTime
  }

  readonly dispatch: Dispatch = (op, a, b, c) => {
    if (this.#awaiting === undefined || (op !== ASK.REPLY && op !== ASK.TIMER)) return this.#answered(op, a, b, c)
    // What rejects the module in this entry is thrown out of it.
    this.#copying(() => {
      this.#enter(op, a, b, c)
      this.#settleModule()
    })
    return undefined
  }

  parse(form: CompiledForm, source: string, filename: string): ParseProblem | undefined {
    try {
      if (form === 'module') this.#isolate.compileModuleSync(source, { filename }).release()
      else if (form === 'body')
        this.#isolate.compileScriptSync(BODY_PREFIX + source + BODY_SUFFIX, { filename, columnOffset: -BODY_PREFIX.length }).release()
      else this.#isolate.compileScriptSync(source, { filename }).release()
      return undefined
    } catch (error) {
      if (this.#isolate.isDisposed) throw new CellFault('memory')
      return problemOf(error, filename)
    }
  }

  execute(form: CompiledForm, source: string, filename: string, session: boolean): number {
    if (form === 'module') return this.#module(source, filename)
    if (form === 'body') {
      this.#withCompiled(BODY_PREFIX + source + BODY_SUFFIX, { filename, columnOffset: -BODY_PREFIX.length }, (fn) => {
        this.dispatch(ASK.INVOKE, fn)
      })
      return 0
    }
    if (!session) return evalInGuest(this.dispatch, ASK.EVAL, source, filename)
    // Only a real script leaves its top-level `let` and `const` for the session's next call.
    this.#copying(() => {
      this.#withCompiled(source, { filename }, (value) => {
        this.dispatch(ASK.VALUE, value)
      })
    })
    return 0
  }

  runScript(config: string, values: string, source: string, filename: string): number {
    return this.dispatch(ASK.RUN, config, withUrl(source, filename), values) === 1 ? 1 : 0
  }

  stop(): void {
    this.#stopped = true
    if (this.#shared !== undefined) this.#shared.stopped = true
    if (!this.#isolate.isDisposed) this.#isolate.dispose()
  }

  memory(): number | undefined {
    // What earlier contexts of a shared isolate left behind is not this run's.
    if (this.#isolate.isDisposed || this.#shared !== undefined) return undefined
    const heap = this.#isolate.getHeapStatisticsSync()
    return heap.used_heap_size + heap.externally_allocated_size
  }

  cpuMs(): number | undefined {
    return this.#isolate.isDisposed ? undefined : Number(this.#isolate.cpuTime - this.#cpuAtStart) / 1e6
  }

  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    if (this.#shared === undefined) {
      if (!this.#isolate.isDisposed) this.#isolate.dispose()
      return
    }
    if (!this.#isolate.isDisposed) {
      this.#dispatch.release()
      this.#context.release()
    }
    this.#shared.left()
  }

  /** A rejection that no guest code handles comes out of whatever entry it happened in, instead of the answer. */
  readonly #answered: Dispatch = (op, a, b, c) => {
    try {
      return this.#enter(op, a, b, c)
    } catch (error) {
      if (error instanceof CellFault) throw error
      const answer = this.#enter(ASK.AGAIN)
      if (answer === -1) throw error
      return answer
    }
  }

  readonly #enter: Dispatch = (op, a, b, c) =>
    this.#guarded((timeout) => this.#dispatch.applySync(undefined, [op, a as never, b, c], { timeout }) as Answer)

  #withCompiled(code: string, options: ivm.ScriptOrigin, use: (value: unknown) => void): void {
    const script = this.#isolate.compileScriptSync(code, options)
    const value = this.#guarded((timeout) => script.runSync(this.#context, { timeout, reference: true })) as ivm.Reference<unknown>
    try {
      use(value.derefInto() as never)
    } finally {
      if (!this.#isolate.isDisposed) {
        value.release()
        script.release()
      }
    }
  }

  #module(source: string, filename: string): number {
    const module = this.#isolate.compileModuleSync(source, { filename })
    try {
      module.instantiateSync(this.#context, (specifier: string) => {
        throw new Error(`Cannot import "${specifier}": this sandbox has no modules to import`)
      })
    } catch (error) {
      this.dispatch(ASK.THREW_COPY, 'Error', messageOf(error))
      return 0
    }
    this.#copying(() => {
      this.#guarded((timeout) => module.evaluateSync({ timeout }))
      if (!source.includes('await')) {
        this.dispatch(ASK.NAMESPACE, module.namespace.derefInto())
        return
      }
      const after = this.#isolate.compileModuleSync('import * as guest from "guest"\nexport const done = 1', { filename: 'beddel:after' })
      after.instantiateSync(this.#context, () => module)
      this.#guarded((timeout) => after.evaluateSync({ timeout }))
      this.#awaiting = { module, after }
      this.#settleModule()
    })
    return 0
  }

  /** isolated-vm gives no promise for a module that awaits; whether it is through shows in our own module's binding. */
  #settleModule(): void {
    if (this.#awaiting === undefined) return
    const { module, after } = this.#awaiting
    try {
      after.namespace.getSync('done')
    } catch {
      return
    }
    this.#awaiting = undefined
    this.dispatch(ASK.NAMESPACE, module.namespace.derefInto())
  }

  /** What leaves a script or module that isolated-vm itself ran is a copy: its name and message are all there is. */
  #copying(run: () => void): void {
    try {
      run()
    } catch (error) {
      if (error instanceof CellFault) throw error
      this.#awaiting = undefined
      const { name, message } = (error ?? {}) as { name?: unknown; message?: unknown }
      const isError = error instanceof Error
      this.dispatch(
        ASK.THREW_COPY,
        isError && typeof name === 'string' ? name : 'NonError',
        isError && typeof message === 'string' ? message : String(error),
      )
    }
  }

  /** Runs guest code with what is left of the time. The isolate's state and our clock say how it was stopped. */
  #guarded<T>(entry: (timeout: number) => T): T {
    const left = Math.ceil(this.deadline - performance.now())
    if (left <= 0) throw new CellFault('timeout')
    try {
      return entry(left)
    } catch (error) {
      if (this.#stopped) throw new CellFault('stopped')
      if (this.#shared?.stopped === true) throw new CellFault('crash', 'another run in its isolate was stopped, and the isolate with it')
      if (this.#isolate.isDisposed) throw new CellFault('memory')
      if (performance.now() >= this.deadline - 1) throw new CellFault('timeout')
      throw error
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** isolated-vm ends a SyntaxError's message with `[file:line:column]`. */
function problemOf(error: unknown, filename: string): ParseProblem {
  const message = messageOf(error)
  const at = message.lastIndexOf(` [${filename}:`)
  if (at < 0) return { message }
  const [line, column] = message
    .slice(at + filename.length + 3, -1)
    .split(':')
    .map(Number)
  return { message: message.slice(0, at), ...(line !== undefined && { line }), ...(column !== undefined && { column }) }
}
