import {
  CANCELLED,
  type CancelReason,
  type Cell,
  type CellFactory,
  type CellOptions,
  cellOptions,
  CellRun,
  type Ending,
  notStarted,
  type Prepared,
  type RunEvents,
  type RunSpec,
  type SourceTools,
  type Turn,
  Turns,
} from '@beddel/core/engine'
import { type Frame, FROM_CHILD, TO_CHILD, WIRE_VERSION } from '../frames.js'
import { steadyHead, type SteadyHead, withSteady } from '../steady-head.js'
import type { BlockingPipe } from './pipe.js'
import type { Watchdog } from './watchdog.js'
import { WarmCells } from './warm-cells.js'

const MiB = 1024 * 1024
/** Resident memory that a run may take beyond its own limit: garbage not yet collected, encoded values, code. */
const RESIDENT_SLACK = 48 * MiB

/** Contexts made ahead of demand: cheap to make, and each keeps its isolate's heap larger. */
const WARM_CONTEXTS = 2

/** A session's cell, and its calls that are here already. */
interface SessionCell {
  /** Undefined before the first call, and after one that took it along. */
  cell?: Cell | undefined
  lost: boolean
  /** What its calls have in common, as the first one said it. */
  readonly first: SteadyHead
  readonly turns: Turns<WaitingRun>
}

interface WaitingRun extends Turn {
  readonly id: number
}

/** The runs of one child. One guest executes at a time; others of the same tenant may be parked. */
export class CellServer {
  readonly #runs = new Map<number, CellRun>()
  readonly #sessions = new Map<string, SessionCell>()
  readonly #programs = new Map<string, { source: string; prepared: { value?: Prepared } }>()
  readonly #warm: WarmCells
  /** New globals in the tenant's isolate; none before the first run that wants one. */
  #warmContexts: WarmCells | undefined

  constructor(
    readonly factory: CellFactory,
    readonly tools: () => SourceTools,
    readonly pipe: BlockingPipe,
    readonly watchdog: Watchdog,
    cells: CellOptions,
    warmCells: number,
  ) {
    this.#warm = new WarmCells((options) => factory.create(options), cells, warmCells)
  }

  open(version: string | undefined): void {
    this.#warm.refill()
    this.pipe.send(FROM_CHILD.READY, 0, JSON.stringify({ wire: WIRE_VERSION, engine: this.factory.engine, version }))
    // All at once, before any garbage of runs lies between them: they take less memory so.
    while (this.#warm.refill()) {}
  }

  /** Handles one frame, waiting for it, and tells whether the next one is here; if not, makes one warm cell where one was used. */
  step(): boolean {
    this.#handle(this.pipe.next())
    if (this.#runs.size === 0) this.watchdog.rest()
    if (this.pipe.pending) return true
    if (this.#warmContexts?.refill() !== true) this.#warm.refill()
    return false
  }

  #handle({ type, id, parts }: Frame): void {
    switch (type) {
      case TO_CHILD.RUN:
        return this.#run(id, parts)
      case TO_CHILD.REPLY: {
        const { call, ok } = JSON.parse(parts[0] as string) as { call: number; ok: boolean }
        this.watchdog.resume(id)
        return this.#runs.get(id)?.reply(call, ok, parts[1] as string)
      }
      case TO_CHILD.WAKE:
        this.watchdog.resume(id)
        return this.#runs.get(id)?.wake()
      case TO_CHILD.CANCEL:
        return this.#cancel(id, parts[0] as CancelReason)
      case TO_CHILD.PROGRAM:
        this.#programs.set(parts[0] as string, { source: parts[1] as string, prepared: {} })
        return
      case TO_CHILD.DROP_PROGRAM:
        this.#programs.delete(parts[0] as string)
        return
      case TO_CHILD.CLOSE_SESSION: {
        const session = this.#sessions.get(parts[0] as string)
        this.#sessions.delete(parts[0] as string)
        return session?.cell?.dispose()
      }
      default:
        throw new Error(`An unknown frame ${type}`)
    }
  }

  #cancel(id: number, reason: CancelReason): void {
    const run = this.#runs.get(id)
    if (run !== undefined) return reason === 'timeout' ? run.expire() : run.cancel(reason)
    for (const { turns } of this.#sessions.values()) {
      const turn = turns.waiting.find((one) => one.id === id)
      if (turn !== undefined && turns.withdraw(turn)) return this.#notStarted(id, CANCELLED.abort)
    }
  }

  #run(id: number, [head, source, input, globals]: string[]): void {
    const spec = JSON.parse(head as string) as RunSpec
    const program = this.#programs.get(spec.program ?? '')
    spec.source = program?.source ?? (source as string)
    spec.input = input as string
    spec.globals = globals as string
    if (spec.session === undefined) return this.#begin(id, spec, program?.prepared)
    let session = this.#sessions.get(spec.session)
    if (session === undefined) {
      session = { lost: false, first: steadyHead(spec), turns: new Turns() }
      this.#sessions.set(spec.session, session)
    }
    withSteady(spec, session.first)
    session.turns.enter({ id, begin: () => this.#begin(id, spec, undefined, session) })
  }

  #begin(id: number, spec: RunSpec, prepared: { value?: Prepared } | undefined, session?: SessionCell): void {
    if (this.pipe.has((frame) => frame.type === TO_CHILD.CANCEL && frame.id === id)) this.#notStarted(id, CANCELLED.abort)
    else if (session?.lost === true) this.#notStarted(id, CANCELLED.lost)
    else return this.#start(id, spec, prepared, session)
    session?.turns.leave()
  }

  #start(id: number, spec: RunSpec, prepared: { value?: Prepared } | undefined, session: SessionCell | undefined): void {
    this.watchdog.watch(spec.memoryBytes + RESIDENT_SLACK, id)
    let cell: Cell
    try {
      cell = this.#cell(spec, session)
    } catch (error) {
      const message = `A cell could not be made: ${error instanceof Error ? error.message : String(error)}`
      this.#notStarted(id, { code: 'BEDDEL_ENGINE_CRASHED', message })
      return session?.turns.leave()
    }
    const run = new CellRun(spec, this.#events(id, session), {
      cell,
      memoryFloor: this.factory.memoryFloor,
      sourceTools: this.tools,
      ...(prepared && { prepared }),
      release: (reusable) => this.#release(id, spec, cell, reusable, session),
      over: () => session?.turns.leave(),
    })
    this.#runs.set(id, run)
    run.start()
  }

  #notStarted(id: number, { code, message }: { code: string; message: string }): void {
    this.#ended(id, notStarted(code, message))
  }

  #cell(spec: RunSpec, session: SessionCell | undefined): Cell {
    const options = cellOptions(spec)
    if (session !== undefined) {
      session.cell ??= this.#warm.take(options)
      return session.cell
    }
    const { createContext } = this.factory
    if (spec.freshness === 'context' && createContext !== undefined) {
      this.#warmContexts ??= new WarmCells((shape) => createContext(shape), options, WARM_CONTEXTS)
      return this.#warmContexts.take(options)
    }
    return this.#warm.take(options)
  }

  #release(id: number, spec: RunSpec, cell: Cell, reusable: boolean, session: SessionCell | undefined): void {
    this.#runs.delete(id)
    if (session === undefined) {
      this.#later.push(cell)
      if (!reusable && spec.freshness === 'context') {
        this.#warmContexts?.clear()
        this.factory.dropContexts?.()
      }
    } else if (!reusable) {
      this.#later.push(cell)
      session.cell = undefined
      session.lost = true
    }
  }
  /** Cells whose run is over; disposed of when the answer is out. */
  readonly #later: Cell[] = []

  #events(id: number, session: SessionCell | undefined): RunEvents {
    const { pipe } = this
    const send = (type: number, ...parts: string[]): true => {
      pipe.send(type, id, ...parts)
      return true
    }
    return {
      // The calls of a session share its fate: the host takes the first of them as started.
      started: () => session === undefined && pipe.send(FROM_CHILD.STARTED, id),
      call: (call, name, args) => send(FROM_CHILD.CALL, String(call), name, args),
      callSync: (name, args) => {
        pipe.send(FROM_CHILD.CALL_SYNC, id, name, args)
        return pipe.nextWhere((frame) => frame.type === TO_CHILD.SYNC_REPLY && frame.id === id).parts[0] as string
      },
      log: (level, text, dropped) => send(FROM_CHILD.LOG, level, text, dropped ? '1' : ''),
      parked: (wakeMs) => send(FROM_CHILD.PARKED, wakeMs === undefined ? '' : String(wakeMs)),
      ended: (ending) => this.#ended(id, ending),
    }
  }

  #ended(id: number, ending: Ending): void {
    const text = ending.kind === 'value' ? ending.text : ''
    const head = JSON.stringify(ending.kind === 'value' ? { ...ending, text: undefined } : ending)
    // Once its host knows, what is left of its memory is not the next run's.
    if (this.#runs.size === 0) this.watchdog.rest()
    this.pipe.send(FROM_CHILD.ENDED, id, head, text)
    for (const cell of this.#later.splice(0)) cell.dispose()
  }
}
