import { ASK, CellFault, type Dispatch, type ParseProblem } from '@beddel/core/engine'
import type ivm from 'isolated-vm'
import { BoundedCache } from './bounded-cache.js'
import type { SourceRewriting } from './cell.js'

/** Sources of compiled scripts that one session keeps, in UTF-16 units; the oldest go first. */
const MAX_KEPT_UNITS = 1_048_576

/** Shorter sources compile faster than their machine code is read. */
const CACHED_FROM_UNITS = 4_096

type MachineCode = ivm.ExternalCopy<ArrayBuffer>
/** What was made of sources that sessions of this process began with: many of them begin with the same one. */
const rewritten = new BoundedCache<{ code: string; cachedData?: MachineCode | undefined }>(4 * MAX_KEPT_UNITS)

type Guarded = <T>(entry: (timeout: number) => T) => T

const WATCH = '__beddel_watch'
/** The function that a script's code is watched with, and what hands on what it saw. */
const KEEPER = `const ${WATCH} = ((held) => {
  const watch = (run) => {
    try {
      return run()
    } catch (error) {
      held = [error]
      throw error
    }
  }
  watch.connect = (dispatch) => () => {
    if (held === undefined) return false
    const [error] = held
    held = undefined
    dispatch(${ASK.THREW}, error)
    return true
  }
  return watch
})()
;((watch) => {
  const { connect } = watch
  delete watch.connect
  return connect
})(${WATCH})`

/**
 * The scripts of a session. isolated-vm runs them and gives a mere copy of what they throw, so their code is changed to
 * show that to the guest runtime first.
 */
export class SessionScripts {
  #report: ivm.Reference<() => boolean> | undefined
  /** Calls back at once, and that is where `#inside` runs. Kept: to make it costs more than most scripts take. */
  #outermost: ivm.Reference<() => void> | undefined
  #inside: () => void = () => {}
  readonly #compiled = new BoundedCache<ivm.Script>(MAX_KEPT_UNITS)

  constructor(
    readonly library: typeof ivm,
    readonly tools: () => SourceRewriting,
    readonly isolate: ivm.Isolate,
    readonly context: ivm.Context,
    readonly guest: ivm.Reference<Dispatch>,
  ) {}

  /** Answers 1 where the source does not compile. */
  run(source: string, filename: string, dispatch: Dispatch, guarded: Guarded): number {
    const script = this.#script(source, filename)
    if (script === undefined) return 1
    this.#report ??= this.#connect()
    this.#outermost ??= this.#makeOutermost()
    const outermost = this.#outermost
    let ended: { fault?: unknown } | undefined
    // A rejection that nobody handles comes out of the outermost entry instead of its answer: so the script is not that.
    this.#inside = () => {
      try {
        this.#inner(script, dispatch, guarded)
        ended = {}
      } catch (fault) {
        ended = { fault }
        // The guest may not go on, not even with its promise jobs.
        if (!this.isolate.isDisposed) this.isolate.dispose()
      }
    }
    try {
      guarded((timeout) => outermost.applySync(undefined, [], { timeout }))
    } catch (error) {
      if (ended === undefined || (error instanceof CellFault && ended.fault === undefined)) throw error
    }
    if (ended?.fault !== undefined) throw ended.fault
    return 0
  }

  /** A source that comes again is neither rewritten nor compiled again. */
  #script(source: string, filename: string): ivm.Script | undefined {
    const key = `${filename}\n${source}`
    const known = this.#compiled.get(key)
    if (known !== undefined) return known
    const script = this.#compileKept(source, filename) ?? this.#compile(source, filename)
    if (script === undefined) return undefined
    this.#compiled.set(key, script)
    return script
  }

  #compile(code: string, filename: string): ivm.Script | undefined {
    try {
      return this.isolate.compileScriptSync(code, { filename })
    } catch {
      return undefined
    }
  }

  #inner(script: ivm.Script, dispatch: Dispatch, guarded: Guarded): void {
    let value: ivm.Reference<unknown>
    try {
      value = guarded((timeout) => script.runSync(this.context, { timeout, reference: true })) as ivm.Reference<unknown>
    } catch (error) {
      if (error instanceof CellFault) throw error
      this.#threw(error, dispatch, guarded)
      return
    }
    dispatch(ASK.VALUE, value.derefInto())
    value.release()
  }

  #threw(error: unknown, dispatch: Dispatch, guarded: Guarded): void {
    const report = this.#report as ivm.Reference<() => boolean>
    if (guarded((timeout) => report.applySync(undefined, [], { timeout }))) return
    const { name, message } = (error ?? {}) as { name?: unknown; message?: unknown }
    const isError = error instanceof Error
    dispatch(
      ASK.THREW_COPY,
      isError && typeof name === 'string' ? name : 'NonError',
      isError && typeof message === 'string' ? message : String(error),
    )
  }

  #makeOutermost(): ivm.Reference<() => void> {
    const inner = new this.library.Callback(() => this.#inside())
    return this.context.evalClosureSync(`'use strict'; const inner = $0; return () => inner()`, [inner], {
      result: { reference: true },
    }) as ivm.Reference<() => void>
  }

  #connect(): ivm.Reference<() => boolean> {
    const connect = this.isolate.compileScriptSync(KEEPER, { filename: 'beddel:session' }).runSync(this.context, { reference: true })
    return (connect as ivm.Reference<(dispatch: Dispatch) => () => boolean>).applySync(undefined, [this.guest.derefInto() as never], {
      result: { reference: true },
    }) as unknown as ivm.Reference<() => boolean>
  }

  #compileKept(source: string, filename: string): ivm.Script | undefined {
    let known = rewritten.get(source)
    if (known === undefined) {
      known = { code: this.#kept(source) }
      rewritten.set(source, known)
    }
    const { code, cachedData } = known
    if (code.length < CACHED_FROM_UNITS) return this.#compile(code, filename)
    try {
      if (cachedData !== undefined) return this.isolate.compileScriptSync(code, { filename, cachedData })
      const script = this.isolate.compileScriptSync(code, { filename, produceCachedData: true }) as ivm.Script & {
        cachedData?: MachineCode
      }
      known.cachedData = script.cachedData
      return script
    } catch {
      return undefined
    }
  }

  #kept(source: string): string {
    try {
      return this.tools().keepThrown(source, WATCH)
    } catch (error) {
      if ((error as { problem?: ParseProblem }).problem === undefined) throw error
      return source
    }
  }
}
