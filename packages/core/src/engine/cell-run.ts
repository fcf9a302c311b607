import { type Cell, CellFault, type CompiledForm, type ParseProblem } from './cell.js'
import { ASK, type Dispatch, type GuestConfig, TELL } from './ops.js'
import { serve } from './cell-services.js'
import { faultOf, limitMessage, memoryMessage, timeoutMessage } from './cell-faults.js'
import { GuestTimers } from './guest-timers.js'
import { leaveRoom } from './leave-room.js'
import { CANCELLED, type CancelReason } from './cell-host.js'
import { type Ending, type RunEvents, type RunFigures, type RunHandle, type RunSpec, toMicroseconds } from './run-spec.js'
import { afterScript, atEnd, decideForm, type FormDecision } from './source-form.js'
import type { SourceTools } from './source-tools.js'
import { answerOf, drive, type Steps } from './steps.js'

/** What was found out about a program's source the first time; later runs start from here. */
export interface Prepared {
  form: 'script' | 'body' | 'module'
  code: string
  columnShift: number
  /** Operations that the code lets itself make; undefined where it does not count. */
  budget: number | undefined
}

/** What a run needs of where it runs. */
export interface CellRunContext {
  cell: Cell
  memoryFloor: number
  /** Loads the package that parses guest source; throws where it is not there. */
  sourceTools(): SourceTools
  /** Kept between the runs of one program. */
  prepared?: { value?: Prepared }
  /** Called once, when the run is over and before `ended`; `reusable` is false where the guest was stopped. */
  release(reusable: boolean): void
  /** Called once, after `ended`. */
  over?(): void
}

/**
 * One run in one cell: the part of a run's life that is the same on every engine. It enters the guest once at a time;
 * between entries the run is parked until a reply or a timer brings it back. It runs where the cell lives or, where the
 * cell answers later, on the other side from the guest.
 */
export class CellRun implements RunHandle {
  #ending: Ending | undefined
  #over = false
  /** Host calls that may still bring the run back. */
  #owed = 0
  readonly #timers = new GuestTimers()
  readonly #startedAt = performance.now()
  readonly #deadline: number
  #entering = false
  /** Entries that came while one went on. */
  readonly #entries: (() => Steps)[] = []
  /** As the source counted them. */
  #operationsLeft: number | undefined

  constructor(
    readonly spec: RunSpec,
    readonly events: RunEvents,
    readonly context: CellRunContext,
  ) {
    this.#deadline = this.#startedAt + spec.timeoutMs
  }

  start(): void {
    const { spec } = this
    const { cell } = this.context
    cell.post = this.#post
    cell.broke = this.#broke
    if (cell.operationsLeft !== undefined) cell.operationsLeft = spec.operations ?? Number.POSITIVE_INFINITY
    this.#enter(() => (spec.mode === 'call' ? this.#call() : this.#source()))
  }

  reply(id: number, ok: boolean, text: string): void {
    if (this.#over) return
    this.#owed--
    this.#enter(() => this.#dispatch(ASK.REPLY, id, ok ? 1 : 0, text))
  }

  wake(): void {
    if (!this.#over) this.#enter(() => this.#due())
  }

  cancel(reason: Exclude<CancelReason, 'timeout'> = 'abort'): void {
    if (this.#over) return
    const { code, message } = CANCELLED[reason]
    this.#ending = this.#fault(code, message)
    this.#finish(false)
  }

  /** The time is up while the run is parked. */
  expire(): void {
    if (this.#over) return
    this.#ending = this.#fault('BEDDEL_TIMEOUT', timeoutMessage(this.spec))
    this.#finish(false)
  }

  /** Fires the timers whose time has come, in the order of their times. */
  *#due(): Steps {
    for (const timer of this.#timers.due()) {
      if (this.#ending !== undefined) return
      // An earlier one may have taken it back.
      if (this.#timers.take(timer)) yield* this.#dispatch(ASK.TIMER, timer)
    }
  }

  *#dispatch(...args: Parameters<Dispatch>): Steps {
    yield* answerOf(this.context.cell.dispatch(...args))
  }

  *#call(): Steps {
    const { spec } = this
    // A session's first call brings its globals.
    if (spec.globals !== '') yield* this.#setup(0)
    this.events.started()
    yield* this.#dispatch(ASK.CALL, spec.name as string, spec.args as string, this.#config(0))
  }

  *#setup(columnShift: number): Steps {
    const { input, globals } = this.spec
    yield* this.#dispatch(ASK.SETUP, this.#config(columnShift), input, globals)
  }

  #config(columnShift: number): string {
    const { spec } = this
    const { filename, functions, resultBytes, logBytes, hostCalls, input, through } = spec
    const metered = spec.operations !== undefined && this.context.cell.operationsLeft === undefined
    const config = { filename, functions, resultBytes, logBytes, hostCalls, columnShift, inputLength: input.length, metered, through }
    return JSON.stringify(config satisfies GuestConfig)
  }

  *#source(): Steps {
    const { spec } = this
    const { cell, prepared } = this.context
    const known = prepared?.value
    const budget = cell.operationsLeft === undefined ? spec.operations : undefined
    // Metered code has its budget in it.
    if (known !== undefined && known.budget === budget) return yield* this.#execute(known)

    // A hashbang may stand at the very beginning only, where a body has its wrapper.
    let source = spec.source.startsWith('#!') ? `//${spec.source.slice(2)}` : spec.source
    const metered = spec.operations !== undefined && cell.operationsLeft === undefined
    if (spec.language === 'ts' || metered) {
      const tools = this.context.sourceTools()
      if (spec.language === 'ts') {
        const stripped = yield* answerOf(tools.strip(source))
        if (stripped.problem !== undefined) return this.#syntax(stripped.problem)
        source = stripped.code
      }
    }
    const mustDecide = spec.mode === 'check' || metered || prepared !== undefined || (spec.form !== 'auto' && spec.form !== 'script')
    if (!mustDecide && (spec.form === 'script' || !source.includes('await'))) return yield* this.#tryScript(source)

    const decision = yield* decideForm(cell, source, spec.form, spec.filename)
    if (decision.problem !== undefined) return this.#syntax(decision.problem)
    let code = source
    let columnShift = shiftOf(cell, decision.form)
    if (metered) {
      const counted = yield* answerOf(this.context.sourceTools().meter(source, decision.form, spec.operations as number))
      if (counted.problem !== undefined) return this.#syntax(counted.problem)
      code = counted.code
      columnShift += counted.columnShift
    }
    const made: Prepared = { form: decision.form, code, columnShift, budget }
    if (prepared !== undefined) prepared.value = made
    if (spec.mode === 'check') {
      this.#ending = { kind: 'value', text: '1t[["u"]]', figures: {} }
      return
    }
    yield* this.#execute(made)
  }

  /** The common case in one crossing: a script that compiles. */
  *#tryScript(source: string): Steps {
    const { spec } = this
    const { cell } = this.context
    let kept: number
    const session = spec.session !== undefined
    if (cell.runScript !== undefined && (!session || cell.runsSessionScripts === true)) {
      this.events.started()
      kept = yield* answerOf(cell.runScript(this.#config(0), spec.input + spec.globals, source, spec.filename, session))
    } else {
      yield* this.#setup(0)
      this.events.started()
      kept = yield* answerOf(cell.execute('script', source, spec.filename, session))
    }
    if (kept !== 1) return
    const problem = yield* answerOf(cell.parse('script', source, spec.filename))
    if (problem === undefined) return yield* this.#dispatch(ASK.RETHROW)
    // The source did not compile, so nothing of it has run yet.
    const decision: FormDecision =
      spec.form === 'script' ? { problem: atEnd(problem, source) } : yield* afterScript(cell, source, spec.filename, problem)
    if (decision.problem !== undefined) return this.#syntax(decision.problem)
    const columnShift = shiftOf(cell, decision.form)
    yield* this.#setup(columnShift)
    yield* answerOf(cell.execute(decision.form, source, spec.filename, session))
  }

  *#execute({ form, code, columnShift }: Prepared): Steps {
    const { spec } = this
    const { cell } = this.context
    yield* this.#setup(columnShift)
    this.events.started()
    // A decided script can only throw a SyntaxError of the guest's own making.
    const kept = yield* answerOf(cell.execute(form, code, spec.filename, spec.session !== undefined))
    if (kept === 1) yield* this.#dispatch(ASK.RETHROW)
  }

  #syntax(problem: ParseProblem): void {
    const { message, line, column } = problem
    if (problem.tooDeep) {
      this.#ending = this.#fault('BEDDEL_STACK_LIMIT', 'The source is nested more deeply than it can be parsed')
      return
    }
    const error = JSON.stringify({ name: 'SyntaxError', message, line, column })
    this.#ending = { kind: 'thrown', error, syntax: true, figures: {} }
  }

  #enter(entry: () => Steps): void {
    if (this.#entering) {
      this.#entries.push(entry)
      return
    }
    const { cell } = this.context
    cell.deadline = this.#deadline
    if (performance.now() >= this.#deadline) {
      this.#ending = this.#fault('BEDDEL_TIMEOUT', timeoutMessage(this.spec))
      return this.#finish(false)
    }
    this.#entering = true
    drive(
      entry(),
      () => this.#left(true),
      (error) => {
        if (!this.#over) this.#stopped(error)
        this.#left(false)
      },
    )
  }

  /** An entry is over: the guest has nothing more to do by itself. */
  #left(reusable: boolean): void {
    this.#entering = false
    if (this.#over) return
    // One rule for every placement: what came after the deadline came too late.
    if (this.#ending !== undefined && this.#ending.kind !== 'fault' && performance.now() >= this.#deadline) {
      this.#ending = this.#fault('BEDDEL_TIMEOUT', timeoutMessage(this.spec))
    }
    if (this.#ending === undefined && this.#owed === 0 && this.#timers.size === 0 && this.#entries.length === 0) {
      this.#ending = this.#fault(
        'BEDDEL_TIMEOUT',
        'The run can never settle: its promise is pending, and no host call and no timer is left that could settle it',
        { neverSettles: true },
      )
    }
    if (this.#ending !== undefined) return this.#finish(reusable)
    this.events.parked(this.#timers.nextMs())
    const next = this.#entries.shift()
    if (next !== undefined) this.#enter(next)
  }

  readonly #broke = (fault: CellFault): void => {
    if (this.#over) return
    this.#stopped(fault)
    this.#finish(false)
  }

  #stopped(error: unknown): void {
    const kind = error instanceof CellFault ? error.kind : 'crash'
    const message = error instanceof Error ? error.message : String(error)
    // Stopped by us because of an ending that is already there.
    if (kind === 'stopped' && this.#ending !== undefined) return
    // The rule for every ending: past the deadline it is a timeout.
    const late = kind === 'crash' && performance.now() >= this.#deadline
    const { code, message: said } = faultOf(late ? 'timeout' : kind, message, this.spec)
    this.#ending = this.#fault(code, said)
  }

  #fault(code: string, message: string, details?: Record<string, unknown>): Ending {
    return { kind: 'fault', code, message, ...(details && { details }), figures: {} }
  }

  readonly #post = (op: number, a?: string | number, b?: string | number, c?: string): string | undefined => {
    if (this.#over) return ''
    // What the guest says last is only noted, and it says that on every run.
    if (op !== TELL.DONE && op !== TELL.THROWN) leaveRoom()
    const answer = this.#told(op, a, b, c)
    // A guest on another thread may end between two entries, where a finalizer of its own wakes it.
    if (this.#ending !== undefined && !this.#entering) this.#left(true)
    return answer
  }

  #told(op: number, a?: string | number, b?: string | number, c?: string): string | undefined {
    switch (op) {
      case TELL.DONE:
        this.#ending ??= { kind: 'value', text: a as string, figures: {} }
        return ''
      case TELL.THROWN:
        this.#ending ??= { kind: 'thrown', error: a as string, figures: {} }
        return ''
      case TELL.FAULT: {
        const { message, path } = JSON.parse(b as string) as { message: string; path?: string }
        const said = limitMessage(a as string, this.spec) ?? message
        this.#ending ??= this.#fault(a as string, said, path === undefined ? undefined : { path })
        // A result that cannot cross is the guest's last word: it has stopped by itself.
        if (a !== 'BEDDEL_NOT_TRANSFERABLE' && a !== 'BEDDEL_RESULT_TOO_LARGE') this.context.cell.stop?.()
        return ''
      }
      case TELL.CALL:
        this.#owed++
        return this.#believe(this.events.call(a as number, b as string, c as string))
      case TELL.CALL_SYNC:
        return this.events.callSync(a as string, b as string)
      case TELL.LOG:
        return this.#believe(this.events.log(a as string, b as string, c === 'dropped'))
      case TELL.TIMER:
        return this.#believe(this.#timers.set(a as number, b as number))
      case TELL.OPERATIONS:
        this.#operationsLeft = a as number
        return ''
      case TELL.SERVICE:
        return serve(a as string, b as string)
      default:
        return ''
    }
  }

  /** The guest runtime keeps these limits itself. Where its guest shares its realm, that one may speak in its place. */
  #believe(plausible: boolean): '' {
    if (plausible) return ''
    this.#ending ??= this.#fault('BEDDEL_PROTOCOL', 'The cell said what no guest runtime of ours says')
    this.context.cell.stop?.()
    return ''
  }

  #finish(reusable: boolean): void {
    this.#over = true
    const ending = this.#ending as Ending
    const figures = this.#measure(reusable)
    ending.figures = figures
    const { spec } = this
    const used = figures.memoryBytes
    // Such a cell is not used again, and a session's state is gone with it.
    if (!reusable && spec.session !== undefined && ending.kind === 'fault') ending.details = { ...ending.details, sessionLost: true }
    let final: Ending = ending
    if (spec.memoryBytes < this.context.memoryFloor) {
      const checked = used === undefined ? 'what it used at its end cannot be told' : `${spec.memoryBytes} was checked at its end`
      const held = `${this.context.memoryFloor} was held while the guest ran`
      if (ending.kind === 'value' && used !== undefined && used > spec.memoryBytes) {
        final = { ...this.#fault('BEDDEL_MEMORY_LIMIT', memoryMessage(spec)), figures }
      }
      final.notes = [`memoryBytes ${spec.memoryBytes} is below this engine's floor: ${held}, ${checked}`]
    }
    this.context.release(reusable)
    this.events.ended(final)
    this.context.over?.()
  }

  #measure(alive: boolean): RunFigures {
    const { cell } = this.context
    const figures: RunFigures = { guestMs: toMicroseconds(performance.now() - this.#startedAt) }
    try {
      const memory = alive ? cell.memory?.(this.spec.memoryBytes < this.context.memoryFloor) : undefined
      if (memory !== undefined) figures.memoryBytes = memory
      const cpu = cell.cpuMs?.()
      if (cpu !== undefined) figures.cpuMs = toMicroseconds(cpu)
      const left = cell.operationsLeft ?? this.#operationsLeft
      if (left !== undefined && this.spec.operations !== undefined) {
        figures.operations = this.spec.operations - Math.max(0, left)
      }
    } catch {
      // A cell that cannot be asked any more has no figures; the ending stands.
    }
    return figures
  }
}

const shiftOf = (cell: Cell, form: CompiledForm): number =>
  form === 'body' ? cell.bodyShift : form === 'module' ? (cell.moduleShift ?? 0) : 0
