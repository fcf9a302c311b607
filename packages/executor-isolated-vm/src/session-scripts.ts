import { ASK, CellFault, type Dispatch, type ParseProblem } from '@beddel/core/engine'
import type ivm from 'isolated-vm'
import { BoundedCache } from './bounded-cache.js'
import type { SourceRewriting } from './cell.js'

/** Sources of compiled scripts that one session keeps, in UTF-16 units; the oldest go first. */
const MAX_KEPT_UNITS = 1_048_576

/** Shorter sources compile faster than their machine code is read. */
export const CACHED_FROM_UNITS = 4_096

type MachineCode = ivm.ExternalCopy<ArrayBuffer>
/** What was made of sources that sessions of this process began with: many of them begin with the same one. */
const rewritten = new BoundedCache<{ code: string; cachedData?: MachineCode | undefined }>(4 * MAX_KEPT_UNITS)

type Answer = ReturnType<Dispatch>

/** How the cell that has the scripts is entered. */
export interface Entry {
  dispatch: Dispatch
  /** Runs guest code with what is left of the time. */
  guarded<T>(entry: (timeout: number) => T): T
  /** Takes what the guest runtime answered to somebody else than `dispatch`. */
  answered(answer: Answer | boolean): void
}

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
    return dispatch(${ASK.THREW}, error) ?? true
  }
  return watch
})()
;((watch) => {
  const { connect } = watch
  delete watch.connect
  return connect
})(${WATCH})`

/**
 * The scripts of a session that declare something. isolated-vm runs them and gives a mere copy of what they throw, so their
 * code is changed to show that to the guest runtime first.
 */
export class SessionScripts {
  #report: ivm.Reference<() => Answer | boolean> | undefined
  #inside: () => unknown = () => undefined
  /** By source, under the name that it had last. */
  readonly #compiled = new BoundedCache<{ filename: string; script: ivm.Script }>(MAX_KEPT_UNITS)

  constructor(
    readonly tools: () => SourceRewriting,
    readonly isolate: ivm.Isolate,
    readonly context: ivm.Context,
    readonly guest: ivm.Reference<Dispatch>,
    readonly entry: Entry,
  ) {}

  /**
   * Runs a script within an entry into the guest runtime, since a rejection that nobody handles comes out of an entry in the place of
   * its answer. `config` and `values` begin the run there; without a config it has begun. Answers 1 where the source does not compile.
   */
  run(source: string, filename: string, config: string, values: string): number {
    const script = this.#script(source, filename)
    if (script === undefined) return 1
    this.#report ??= this.#connect()
    let stopped: { fault: unknown } | undefined
    this.#inside = () => {
      try {
        return this.#value(script)
      } catch (fault) {
        stopped = { fault }
        // The guest may not go on, not even with its promise jobs.
        if (!this.isolate.isDisposed) this.isolate.dispose()
        return undefined
      }
    }
    try {
      this.entry.dispatch(ASK.SCRIPT, config, '', values)
    } catch (error) {
      if (stopped === undefined) throw error
    }
    if (stopped !== undefined) throw stopped.fault
    return 0
  }

  /** The guest runtime is there, and wants the value of the script. */
  value(): unknown {
    return this.#inside()
  }

  /** A source that comes again is neither rewritten nor compiled again. */
  #script(source: string, filename: string): ivm.Script | undefined {
    const known = this.#compiled.get(source)
    if (known?.filename === filename) return known.script
    const script = this.#compileKept(source, filename) ?? this.#compile(source, filename)
    if (script === undefined) return undefined
    if (known === undefined) this.#compiled.set(source, { filename, script })
    else Object.assign(known, { filename, script })
    return script
  }

  #compile(code: string, filename: string): ivm.Script | undefined {
    try {
      return this.isolate.compileScriptSync(code, { filename })
    } catch {
      return undefined
    }
  }

  #value(script: ivm.Script): unknown {
    let value: ivm.Reference<unknown>
    try {
      value = this.entry.guarded((timeout) => script.runSync(this.context, { timeout, reference: true })) as ivm.Reference<unknown>
    } catch (error) {
      if (error instanceof CellFault) throw error
      this.#threw(error)
      return undefined
    }
    return value.derefInto({ release: true })
  }

  #threw(error: unknown): void {
    const { guarded, dispatch, answered } = this.entry
    const report = this.#report as ivm.Reference<() => Answer | boolean>
    const said = guarded((timeout) => report.applySync(undefined, [], { timeout }))
    if (said !== false) return answered(said)
    const { name, message } = (error ?? {}) as { name?: unknown; message?: unknown }
    const isError = error instanceof Error
    dispatch(
      ASK.THREW_COPY,
      isError && typeof name === 'string' ? name : 'NonError',
      isError && typeof message === 'string' ? message : String(error),
    )
  }

  #connect(): ivm.Reference<() => Answer | boolean> {
    const connect = this.isolate.compileScriptSync(KEEPER, { filename: 'beddel:session' }).runSync(this.context, { reference: true })
    return (connect as ivm.Reference<(dispatch: Dispatch) => () => Answer>).applySync(undefined, [this.guest.derefInto() as never], {
      result: { reference: true },
    }) as unknown as ivm.Reference<() => Answer | boolean>
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
