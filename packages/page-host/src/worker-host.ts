import { CANCELLED, type CellHost, type Job, type JobHandle, type SessionHost, type SessionPlace } from '@beddel/core/engine'
import { CellWorker } from './cell-worker.js'
import { Frames } from './frames.js'

/** Workers of one tenant that are kept while they have nothing to do. */
const KEPT_WORKERS = 2

export interface WorkerHostInit {
  /** The text of the workers' script, which calls `serveCells`. */
  script(): Promise<string>
  /** The first message to each worker, for the engine itself. */
  boot(): Promise<unknown>
  /** The text of the source tools, for runs that want any. */
  tools(): Promise<string>
}

/**
 * Cells in workers in a sandboxed frame: one run at a time in each, or one session. A worker is used again by runs of the
 * same tenant, each in a cell of its own; one that does not end its run in time is ended itself.
 */
export class WorkerHost implements CellHost {
  readonly #frames: Frames
  /** Workers without a run, by tenant. */
  readonly #idle = new Map<string, CellWorker[]>()
  readonly #all = new Set<CellWorker>()

  constructor(readonly init: WorkerHostInit) {
    this.#frames = new Frames(() => init.script())
  }

  submit(job: Job): JobHandle {
    const { tenant = '' } = job
    const idle = this.#idle.get(tenant) ?? []
    let worker = idle.pop()
    while (worker?.dead === true) worker = idle.pop()
    return (worker ?? this.#worker(tenant, true)).submit(job)
  }

  openSession({ tenant = '' }: SessionPlace): SessionHost {
    let worker: CellWorker | undefined
    let closed: 'dispose' | 'lost' | undefined
    return {
      submit: (job) => {
        if (closed === undefined && worker?.dead !== true) return (worker ??= this.#worker(tenant, false)).submit(job)
        const { code, message } = CANCELLED[closed ?? 'lost']
        job.events.ended({ kind: 'fault', code, message, phase: 'queue', started: false, figures: {} })
        return { reply() {}, wake() {}, cancel() {} }
      },
      close: (reason) => {
        closed ??= reason
        worker?.kill(reason)
        if (worker !== undefined) this.#all.delete(worker)
      },
    }
  }

  /** A program's source travels with each of its runs. */
  addProgram(): void {}
  dropProgram(): void {}

  async ready(): Promise<void> {
    const idle = this.#idle.get('') ?? []
    if (idle.length === 0) this.#keep('', this.#worker('', true))
  }

  stats(): Record<string, never> {
    return {}
  }

  async dispose(): Promise<void> {
    for (const worker of this.#all) worker.kill('dispose')
    this.#all.clear()
    this.#frames.dispose()
  }

  #worker(tenant: string, reused: boolean): CellWorker {
    const { boot, tools } = this.init
    const worker: CellWorker = new CellWorker(this.#frames.take(tenant, 'cells'), boot(), tools, () => {
      if (worker.dead) this.#all.delete(worker)
      else if (reused) this.#keep(tenant, worker)
    })
    this.#all.add(worker)
    return worker
  }

  #keep(tenant: string, worker: CellWorker): void {
    const idle = (this.#idle.get(tenant) ?? []).filter(({ dead }) => !dead)
    this.#idle.set(tenant, idle)
    if (idle.length < KEPT_WORKERS) idle.push(worker)
    else {
      this.#all.delete(worker)
      worker.kill('dispose')
    }
  }
}
