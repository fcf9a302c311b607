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
  IMPORT,
  IMPORT_PRELUDE,
  type ImportTools,
  type ParseProblem,
  type Post,
  TELL,
} from '@beddel/core/engine'
import type ivm from 'isolated-vm'
import { BoundedCache } from './bounded-cache.js'
import { CACHED_FROM_UNITS, SessionScripts } from './session-scripts.js'
import { SharedIsolate } from './shared-isolate.js'

type Library = typeof ivm
type Answer = number | string | undefined
type ModuleBody = { code?: string; wants?: string | undefined; problem?: ParseProblem }

/** What of `@beddel/source` a cell needs for sources with imports, for modules and for the scripts of sessions. */
export interface SourceRewriting extends ImportTools {
  declaresNames(source: string): boolean
  keepThrown(source: string, watch: string): string
}

const MiB = 1024 * 1024
/** isolated-vm refuses a smaller `memoryLimit`. */
const FLOOR = 8 * MiB
/** Without one of these a script declares nothing, and most scripts need not be parsed to know it. */
const DECLARING_WORD = /\b(?:var|let|const|class|function|using)\b/
/** Sources of one session that are kept with what was found out about them, in UTF-16 units. */
const MAX_EVALUATED_UNITS = 262_144
/** To weigh an isolate takes as long as a short call of a session: not more often than this, in milliseconds. */
const WEIGH_EVERY_MS = 1

/** Cells over one copy of isolated-vm; `load` is called for the first cell, `tools` for the first source that needs them. */
export function isolatedVmCells(load: () => Library, tools: () => SourceRewriting): CellFactory {
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
    new IsolateCell(library as Library, tools, isolate, boot, { ...options, extraGlobals: extraGlobals(isolate, options) }, shared)

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

class IsolateCell implements Cell {
  deadline = 0
  readonly bodyShift = 0
  readonly runsSessionScripts = true
  post: Post = () => undefined
  readonly #isolate: ivm.Isolate
  readonly #context: ivm.Context
  readonly #dispatch: ivm.Reference<Dispatch>
  readonly #shared: SharedIsolate | undefined
  #disposed = false
  readonly #cpuAtStart: bigint
  #stopped = false
  /** The function that stands for `import()` is there. */
  #canRefuseImports = false
  /** The module that was parsed last. */
  #module: { source: string; body: ModuleBody } | undefined
  #sessionScripts: SessionScripts | undefined
  /** What was found out about the sources of a session: whether they can be evaluated, and what is given to the guest then. */
  readonly #sources = new BoundedCache<{ evaluates: boolean; filename?: string; code?: string }>(MAX_EVALUATED_UNITS)
  #weighedAt = Number.NEGATIVE_INFINITY

  constructor(
    readonly library: Library,
    readonly tools: () => SourceRewriting,
    isolate: ivm.Isolate,
    boot: ivm.Script,
    options: CellOptions,
    shared?: SharedIsolate,
  ) {
    this.#isolate = isolate
    this.#shared = shared
    this.#context = isolate.createContextSync()
    // Strings and numbers only pass here; nothing of isolated-vm's own is ever within a guest's reach.
    const post = new library.Callback((op: number, a?: string | number, b?: string | number, c?: string) =>
      op === TELL.SCRIPT ? this.#sessionScripts?.value() : this.post(op, a, b, c),
    )
    const install = boot.runSync(this.#context, { reference: true }) as ivm.Reference<(...args: unknown[]) => Dispatch>
    const { codegen, wasm, web, hideHostFrames, extraGlobals } = options
    this.#dispatch = install.applySync(
      undefined,
      [
        post,
        new library.ExternalCopy({ codegen, wasm, web, hideHostFrames, extraGlobals, lendsEndings: true }).copyInto({ release: true }),
      ],
      {
        result: { reference: true },
      },
    ) as unknown as ivm.Reference<Dispatch>
    install.release()
    this.#cpuAtStart = isolate.cpuTime
  }

  /** A rejection that no guest code handles comes out of whatever entry it happened in, instead of the answer. */
  readonly dispatch: Dispatch = (op, a, b, c) => {
    let answer: Answer
    try {
      answer = this.#enter(op, a, b, c)
    } catch (error) {
      if (error instanceof CellFault) throw error
      answer = this.#enter(ASK.AGAIN)
      if (answer === -1) throw error
    }
    return op === ASK.PARSE_BODY ? answer : this.#answered(answer)
  }

  /** An answer may be the ending of the run. */
  readonly #answered = <T>(answer: T): Exclude<T, string> | 0 => {
    if (typeof answer !== 'string') return answer as Exclude<T, string>
    this.post(Number(answer[0]), answer.slice(1))
    return 0
  }

  parse(form: CompiledForm, source: string, filename: string): ParseProblem | undefined {
    try {
      if (form === 'module') this.#isolate.compileModuleSync(source, { filename }).release()
      else if (form === 'body') this.#compileBody(source, filename, BODY_PREFIX.length).release()
      else this.#isolate.compileScriptSync(source, { filename }).release()
    } catch (error) {
      if (this.#isolate.isDisposed) throw new CellFault('memory')
      return problemOf(error, filename)
    }
    return form === 'module' ? this.#readModule(source).problem : undefined
  }

  execute(form: CompiledForm, source: string, filename: string, session: boolean): number {
    if (form === 'module') return this.#runModule(source, filename)
    const code = this.#refuseImports(form, source)
    if (form === 'body') return this.#runBody(code, filename, BODY_PREFIX.length)
    return session && !this.#evaluates(source)
      ? this.#scripts().run(code, filename, '', '')
      : evalInGuest(this.dispatch, ASK.EVAL, code, filename)
  }

  runScript(config: string, values: string, source: string, filename: string, session: boolean): number {
    if (session && !this.#evaluates(source)) {
      return this.#scripts().run(this.#refuseImports('script', source), filename, config, values)
    }
    const known = this.#sources.get(source)
    let code = known?.filename === filename ? known.code : undefined
    if (code === undefined) {
      code = withUrl(this.#refuseImports('script', source), filename)
      if (known !== undefined) Object.assign(known, { filename, code })
    }
    return this.dispatch(ASK.RUN, config, code, values) === 1 ? 1 : 0
  }

  stop(): void {
    this.#stopped = true
    if (this.#shared !== undefined) this.#shared.stopped = true
    if (!this.#isolate.isDisposed) this.#isolate.dispose()
  }

  memory(needed: boolean): number | undefined {
    // What earlier contexts of a shared isolate left behind is not this run's.
    if (this.#isolate.isDisposed || this.#shared !== undefined) return undefined
    const now = performance.now()
    if (!needed && now - this.#weighedAt < WEIGH_EVERY_MS) return undefined
    this.#weighedAt = now
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

  readonly #enter: Dispatch = (op, a, b, c) =>
    this.#guarded((timeout) => this.#dispatch.applySync(undefined, [op, a as never, b, c], { timeout }) as Answer)

  #compileBody(source: string, filename: string, shift: number): ivm.Script {
    return this.#isolate.compileScriptSync(BODY_PREFIX + source + BODY_SUFFIX, { filename, columnOffset: -shift })
  }

  #runBody(source: string, filename: string, shift: number): number {
    const script = this.#compileBody(source, filename, shift)
    const value = this.#guarded((timeout) => script.runSync(this.#context, { timeout, reference: true })) as ivm.Reference<unknown>
    try {
      this.dispatch(ASK.INVOKE, value.derefInto())
    } finally {
      if (!this.#isolate.isDisposed) {
        value.release()
        script.release()
      }
    }
    return 0
  }

  /** isolated-vm hands out copies of what a module throws and no promise for one that awaits, so it runs as a body. */
  #runModule(source: string, filename: string): number {
    const { problem, code = '', wants } = this.#readModule(source)
    if (problem !== undefined) this.dispatch(ASK.THREW_COPY, 'SyntaxError', problem.message)
    else if (wants !== undefined) this.dispatch(ASK.THREW_COPY, 'Error', `Cannot import "${wants}": this sandbox has no modules to import`)
    else this.#runBody(code, filename, BODY_PREFIX.length + this.tools().MODULE_BODY_SHIFT)
    return 0
  }

  #readModule(source: string): ModuleBody {
    if (this.#module?.source === source) return this.#module.body
    let body: ModuleBody
    try {
      body = this.tools().moduleAsBody(source, IMPORT)
      this.#defineImport()
    } catch (error) {
      const { problem } = error as { problem?: ParseProblem }
      if (problem === undefined) throw error
      body = { problem }
    }
    this.#module = { source, body }
    return body
  }

  /** isolated-vm refuses an `import()` by itself, but not in the words of the others. */
  #refuseImports(form: CompiledForm, source: string): string {
    if (!source.includes('import')) return source
    try {
      const code = this.tools().replaceImports(source, form, IMPORT)
      this.#defineImport()
      return code
    } catch (error) {
      if ((error as { problem?: ParseProblem }).problem === undefined) throw error
      // Perhaps it does not compile, which the engine says better.
      return source
    }
  }

  /** Whether a session's script leaves behind the same where it is merely evaluated: it declares nothing. */
  #evaluates(source: string): boolean {
    // Of longer ones the machine code is kept, which only a script has.
    if (source.length >= CACHED_FROM_UNITS) return false
    let known = this.#sources.get(source)
    if (known === undefined) {
      known = { evaluates: !this.#declares(source) }
      this.#sources.set(source, known)
    }
    return known.evaluates
  }

  /** Only a real script leaves its top-level `let` and `const` for the session's next call. */
  #scripts(): SessionScripts {
    this.#sessionScripts ??= new SessionScripts(this.tools, this.#isolate, this.#context, this.#dispatch, {
      dispatch: this.dispatch,
      guarded: (entry) => this.#guarded(entry),
      answered: this.#answered,
    })
    return this.#sessionScripts
  }

  #declares(source: string): boolean {
    try {
      return DECLARING_WORD.test(source) && this.tools().declaresNames(source)
    } catch (error) {
      if ((error as { problem?: ParseProblem }).problem === undefined) throw error
      // The engine may know it better.
      return true
    }
  }

  #defineImport(): void {
    if (this.#canRefuseImports) return
    this.#isolate.compileScriptSync(IMPORT_PRELUDE).runSync(this.#context)
    this.#canRefuseImports = true
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
  // Nothing of the guest has run: only the parser can have overflowed.
  if (error instanceof RangeError) return { message, tooDeep: true }
  const at = message.lastIndexOf(` [${filename}:`)
  if (at < 0) return { message }
  const [line, column] = message
    .slice(at + filename.length + 3, -1)
    .split(':')
    .map(Number)
  return { message: message.slice(0, at), ...(line !== undefined && { line }), ...(column !== undefined && { column }) }
}
