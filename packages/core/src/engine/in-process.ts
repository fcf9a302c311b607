import { unsupported } from '../options.js'
import type { ExecutorOptions } from '../spec.js'
import { type Cell, type CellFactory, type CellOptions } from './cell.js'
import { CANCELLED, type CellHost, type Job, type JobHandle, notStarted, type SessionHost } from './cell-host.js'
import { CellRun, type Prepared } from './cell-run.js'
import type { RunSpec } from './run-spec.js'
import type { SourceTools } from './source-tools.js'
import { type Turn, Turns } from './turns.js'

/** A stated jail or bound of processes must not be left out in silence. */
export function refuseProcesses({ processes }: ExecutorOptions, engine: string): void {
  if (processes === undefined) return
  throw unsupported('processes', `has no meaning here: ${engine} is to run in this process. Leave it out, or use placement: 'process'.`, {
    engine,
  })
}

/** Shapes that cells of a run need. */
export function cellOptions(spec: RunSpec, hideHostFrames = false): CellOptions {
  const { memoryBytes, codegen, wasm, web } = spec
  return { memoryBytes, codegen, wasm, web, hideHostFrames }
}

/** Where one session lives. */
class Place {
  readonly turns = new Turns<WaitingCall>()
  cell: Cell | undefined
  /** The call that goes on there. */
  run: CellRun | undefined
  /** Why no call can begin there any more. */
  closed: 'dispose' | 'lost' | undefined
}

interface WaitingCall extends Turn {
  job: Job
}

/**
 * Cells of which the caller's own thread takes care. Where the guests are on that thread too: the lowest latency, and
 * nothing between a guest and the host's event loop.
 */
export class InProcessHost implements CellHost {
  readonly #programs = new Map<string, { source: string; prepared: { value?: Prepared } }>()
  /** Runs that are not a session's. */
  readonly #live = new Set<CellRun>()
  readonly #sessions = new Set<Place>()
  /** Cells in an isolate that is kept, and whose isolate that is. */
  readonly #contexts = new Set<Cell>()
  #contextTenant = ''

  constructor(
    readonly factory: CellFactory,
    readonly tools: (cell: Cell) => SourceTools,
    readonly prepare: () => Promise<void> = async () => {},
  ) {}

  submit(job: Job): JobHandle {
    return this.#start(job)
  }

  submitSync(job: Job): void {
    this.#start(job).abandon()
  }

  openSession(): SessionHost {
    const place = new Place()
    this.#sessions.add(place)
    return {
      submit: (job) => this.#inTurn(job, place),
      submitSync: (job) => {
        if (place.turns.busy) refuse(job, 'BEDDEL_BUSY', 'An asynchronous call of this session goes on')
        else {
          const call: WaitingCall = { job, begin: () => this.#start(job, place).abandon() }
          place.turns.enter(call)
        }
      },
      close: (reason) => this.#close(place, reason),
    }
  }

  #inTurn(job: Job, place: Place): JobHandle {
    let handle: JobHandle | undefined
    const call: WaitingCall = {
      job,
      begin: () => {
        handle = this.#start(job, place)
      },
    }
    place.turns.enter(call)
    return {
      reply: (id, ok, text) => handle?.reply(id, ok, text),
      wake: () => handle?.wake(),
      cancel: (reason) => {
        if (!place.turns.withdraw(call)) return handle?.cancel(reason)
        if (reason === 'timeout') refuse(job, 'BEDDEL_TIMEOUT', 'The call waited for earlier ones until its time was up')
        else refuse(job, CANCELLED[reason].code, CANCELLED[reason].message)
      },
    }
  }

  #close(place: Place, reason: 'dispose' | 'lost'): void {
    place.closed ??= reason
    this.#sessions.delete(place)
    const { code, message } = CANCELLED[reason]
    for (const { job } of place.turns.waiting.splice(0)) refuse(job, code, message)
    place.run?.cancel(reason)
    place.cell?.dispose()
    place.cell = undefined
  }

  addProgram(key: string, source: string): void {
    if (!this.#programs.has(key)) this.#programs.set(key, { source, prepared: {} })
  }

  dropProgram(key: string): void {
    this.#programs.delete(key)
  }

  ready(): Promise<void> {
    return this.prepare()
  }

  stats(): Record<string, never> {
    return {}
  }

  async dispose(): Promise<void> {
    for (const run of this.#live) run.cancel('dispose')
    for (const place of this.#sessions) this.#close(place, 'dispose')
  }

  #start(job: Job, place?: Place): JobHandle & { abandon(): void } {
    const { spec } = job
    const remaining = job.deadline - performance.now()
    spec.timeoutMs = Math.max(0, remaining)
    let cell: Cell
    try {
      cell = this.#cell(job, place)
    } catch (error) {
      if (place?.closed !== undefined) refuse(job, CANCELLED[place.closed].code, CANCELLED[place.closed].message)
      else refuse(job, 'BEDDEL_ENGINE_CRASHED', `A cell could not be made: ${error instanceof Error ? error.message : String(error)}`)
      place?.turns.leave()
      return { reply() {}, wake() {}, cancel() {}, abandon() {} }
    }
    const program = spec.program === undefined ? undefined : this.#programs.get(spec.program)
    const run: CellRun = new CellRun(spec, job.events, {
      cell,
      memoryFloor: this.factory.memoryFloor,
      sourceTools: () => this.tools(cell),
      ...(program && { prepared: program.prepared }),
      release: (reusable) => {
        if (place === undefined) {
          this.#live.delete(run)
          cell.dispose()
          this.#contexts.delete(cell)
          if (!reusable && spec.freshness === 'context') this.factory.dropContexts?.()
          return
        }
        place.run = undefined
        if (reusable) return
        place.closed ??= 'lost'
        cell.dispose()
        place.cell = undefined
      },
      over: () => place?.turns.leave(),
    })
    if (place === undefined) this.#live.add(run)
    else place.run = run
    run.start()
    return {
      reply: (id, ok, text) => run.reply(id, ok, text),
      wake: () => run.wake(),
      cancel: (reason) => (reason === 'timeout' ? run.expire() : run.cancel(reason)),
      // A synchronous caller cannot wait for a parked run.
      abandon: () => run.expire(),
    }
  }

  #cell({ spec, tenant = '' }: Job, place: Place | undefined): Cell {
    const options = cellOptions(spec)
    if (place !== undefined) {
      if (place.closed !== undefined) throw new Error('The session is closed')
      place.cell ??= this.factory.create(options, tenant)
      return place.cell
    }
    const { createContext } = this.factory
    if (spec.freshness !== 'context' || createContext === undefined) return this.factory.create(options, tenant)
    if (tenant !== this.#contextTenant) {
      // The isolate belongs to one tenant. While a run of that one is parked in it, another gets an isolate of its own.
      if (this.#contexts.size > 0) return this.factory.create(options)
      this.factory.dropContexts?.()
      this.#contextTenant = tenant
    }
    const cell = createContext(options)
    this.#contexts.add(cell)
    return cell
  }
}

function refuse({ events }: Job, code: string, message: string): void {
  events.ended(notStarted(code, message))
}
