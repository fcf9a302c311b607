import { type Cell, type CellFactory, type CellOptions } from './cell.js'
import type { CellHost, Job, JobHandle, SessionHost } from './cell-host.js'
import { CellRun, type Prepared } from './cell-run.js'
import type { RunSpec } from './run-spec.js'
import type { SourceTools } from './source-tools.js'

/** Shapes that cells of a run need. */
export function cellOptions(spec: RunSpec, hideHostFrames = false): CellOptions {
  const { memoryBytes, codegen, wasm, web } = spec
  return { memoryBytes, codegen, wasm, web, hideHostFrames }
}

/** Where one session lives. */
interface Place {
  cell?: Cell | undefined
  /** The call that goes on there. */
  run?: CellRun | undefined
}

/** Cells on the caller's own thread: the lowest latency, and nothing between a guest and the host's event loop. */
export class InProcessHost implements CellHost {
  readonly #programs = new Map<string, { source: string; prepared: { value?: Prepared } }>()
  readonly #live = new Set<CellRun>()
  readonly #sessions = new Set<Place>()

  constructor(
    readonly factory: CellFactory,
    readonly tools: () => SourceTools,
    readonly prepare: () => Promise<void> = async () => {},
  ) {}

  submit(job: Job): JobHandle {
    return this.#start(job)
  }

  submitSync(job: Job): void {
    this.#start(job).abandon()
  }

  openSession(): SessionHost {
    const place: Place = {}
    this.#sessions.add(place)
    return {
      submit: (job) => this.#start(job, place),
      submitSync: (job) => this.#start(job, place).abandon(),
      close: () => {
        this.#sessions.delete(place)
        place.run?.cancel('dispose')
        place.cell?.dispose()
        place.cell = undefined
      },
    }
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
    for (const place of this.#sessions) place.cell?.dispose()
    this.#sessions.clear()
  }

  #start(job: Job, place?: Place): JobHandle & { abandon(): void } {
    const { spec } = job
    const remaining = job.deadline - performance.now()
    spec.timeoutMs = Math.max(0, remaining)
    const options = cellOptions(spec)
    let cell: Cell
    try {
      if (place !== undefined) cell = place.cell ??= this.factory.create(options)
      else if (spec.freshness === 'context' && this.factory.createContext !== undefined) cell = this.factory.createContext(options)
      else cell = this.factory.create(options)
    } catch (error) {
      const message = `A cell could not be made: ${error instanceof Error ? error.message : String(error)}`
      job.events.ended({ kind: 'fault', code: 'BEDDEL_ENGINE_CRASHED', message, phase: 'queue', started: false, figures: {} })
      return { reply() {}, fire() {}, cancel() {}, abandon() {} }
    }
    const program = spec.program === undefined ? undefined : this.#programs.get(spec.program)
    const run: CellRun = new CellRun(spec, job.events, {
      cell,
      memoryFloor: this.factory.memoryFloor,
      sourceTools: this.tools,
      ...(program && { prepared: program.prepared }),
      release: (reusable) => {
        this.#live.delete(run)
        if (place !== undefined) place.run = undefined
        if (place === undefined) {
          cell.dispose()
          if (!reusable && spec.freshness === 'context') this.factory.dropContexts?.()
        } else if (!reusable) {
          cell.dispose()
          place.cell = undefined
        }
      },
    })
    this.#live.add(run)
    if (place !== undefined) place.run = run
    run.start()
    return {
      reply: (id, ok, text) => run.reply(id, ok, text),
      fire: (timer) => run.fire(timer),
      cancel: (reason) => (reason === 'timeout' ? run.expire() : run.cancel(reason)),
      // A synchronous caller cannot wait for a parked run.
      abandon: () => run.expire(),
    }
  }
}
