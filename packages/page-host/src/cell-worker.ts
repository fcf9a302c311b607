import { CANCELLED, type CancelReason, type Ending, endingOf, type Job, type JobHandle } from '@beddel/core/engine'
import { FrameBudget } from './frame-budget.js'
import type { FromCells, ToCells } from './messages.js'
import type { PageWorker } from './page-worker.js'

/** How long a worker may take to end a run that was given up, in milliseconds. */
const CANCEL_TIMEOUT_MS = 40

interface Entry {
  job: Job
  started: boolean
  /** Calls that were made are numbered upwards. */
  lastCall: number
  timer?: ReturnType<typeof setTimeout>
}

/** A worker in which an engine has its cells, as the page has it: what it says is checked like a child process's words. */
export class CellWorker {
  dead = false
  readonly #entries = new Map<number, Entry>()
  readonly #budget = new FrameBudget()
  #lastId = 0
  #hasTools = false
  /** What waits for the engine's own first message. */
  #unsent: ToCells[] | undefined = []

  constructor(
    readonly worker: PageWorker,
    boot: Promise<unknown>,
    /** The text of the source tools, for runs that want any. */
    readonly tools: () => Promise<string>,
    /** A run has ended, and none is left. */
    readonly idle: () => void,
  ) {
    worker.listen(
      (data) => this.#message(data),
      (why) => this.#die({ code: 'BEDDEL_ENGINE_CRASHED', message: `The worker was lost: ${why}` }),
    )
    boot.then(
      (message) => {
        worker.send(message)
        for (const waiting of this.#unsent?.splice(0) ?? []) worker.send(waiting)
        this.#unsent = undefined
      },
      (error: unknown) => worker.fail(`what it starts with cannot be loaded: ${String(error)}`),
    )
  }

  submit(job: Job): JobHandle {
    const id = ++this.#lastId
    const entry: Entry = { job, started: false, lastCall: 0 }
    this.#entries.set(id, entry)
    this.worker.resting = false
    if (job.spec.language === 'ts' && !this.#hasTools) {
      this.tools().then(
        (text) => {
          this.#hasTools = true
          this.#send(['tools', text])
          this.#run(id, job)
        },
        (error: unknown) => this.#end(id, crashed(`What strips types cannot be loaded: ${String(error)}`)),
      )
    } else this.#run(id, job)
    return {
      reply: (call, ok, text) => this.#send(['reply', id, call, ok, text]),
      wake: () => this.#send(['wake', id]),
      cancel: (reason) => this.#cancel(id, reason),
    }
  }

  /** Ends the worker; runs in it end as given up. */
  kill(reason: Exclude<CancelReason, 'timeout'>): void {
    this.#die(CANCELLED[reason])
  }

  #run(id: number, { spec, deadline }: Job): void {
    if (!this.#entries.has(id)) return
    const { program: _, ...sent } = spec
    this.#send(['run', id, { ...sent, timeoutMs: Math.max(0, deadline - performance.now()) }])
  }

  #cancel(id: number, reason: CancelReason): void {
    const entry = this.#entries.get(id)
    if (entry === undefined || entry.timer !== undefined) return
    this.#send(['cancel', id, reason])
    const late = reason === 'timeout' ? TIMEOUT : CANCELLED[reason]
    entry.timer = setTimeout(() => this.#die(late), CANCEL_TIMEOUT_MS)
  }

  #send(message: ToCells): void {
    if (this.#unsent === undefined) this.worker.send(message)
    else this.#unsent.push(message)
  }

  #message(data: unknown): void {
    try {
      if (!this.#budget.spend()) throw new Error('more messages than a host can take')
      this.#told(data)
    } catch {
      this.#die({ code: 'BEDDEL_PROTOCOL', message: 'The worker said what no worker says, and was ended' })
    }
  }

  #told(data: unknown): void {
    if (!Array.isArray(data)) throw new Error('no message')
    const [what, id, a, b, c] = data as FromCells[number][]
    if (what === 'ready') return
    const entry = this.#entries.get(id as number)
    if (entry === undefined) throw new Error('a message for no run')
    const { events } = entry.job
    switch (what as FromCells[0]) {
      case 'started':
        // The calls of a session bring it twice, where they set up the session first.
        if (!entry.started) events.started()
        entry.started = true
        return
      case 'call':
        if (whole(a) <= entry.lastCall) throw new Error('a call that was made already')
        entry.lastCall = whole(a)
        return believe(events.call(whole(a), text(b), text(c)))
      case 'log':
        return believe(events.log(text(a), text(b), c === true))
      case 'parked':
        return believe(events.parked(a === undefined ? undefined : Number(a)))
      case 'ended':
        return this.#end(id as number, endingOf(text(a), text(b)))
      default:
        throw new Error('an unknown message')
    }
  }

  #end(id: number, ending: Ending): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) return
    this.#entries.delete(id)
    clearTimeout(entry.timer)
    if (this.#entries.size === 0) {
      this.worker.resting = true
      this.idle()
    }
    entry.job.events.ended(ending)
  }

  #die({ code, message }: { code: string; message: string }): void {
    if (this.dead) return
    this.dead = true
    this.worker.end(this.#entries.size > 0)
    for (const [id, { job, started }] of this.#entries) {
      const lost = job.spec.session !== undefined && started
      this.#end(id, { kind: 'fault', code, message, started, ...(lost && { details: { sessionLost: true } }), figures: {} })
    }
  }
}

const TIMEOUT = { code: 'BEDDEL_TIMEOUT', message: 'The run did not finish within its time, and its worker was ended' }

const crashed = (message: string): Ending => ({ kind: 'fault', code: 'BEDDEL_ENGINE_CRASHED', message, started: false, figures: {} })

function believe(plausible: boolean): void {
  if (!plausible) throw new Error('what no guest runtime of ours says')
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error('a missing text')
  return value
}

function whole(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new Error('no number')
  return value as number
}
