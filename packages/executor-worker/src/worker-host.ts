import { availableParallelism } from 'node:os'
import { type ExecutorStats, type Placement, type ProcessOptions, SandboxError } from '@beddel/core'
import {
  type CancelReason,
  type CellHost,
  type Job,
  type JobHandle,
  notStarted,
  type SessionHost,
  type SessionPlace,
} from '@beddel/core/engine'
import { type Death, endingAfter, IdleWatch, type PoolOptions, poolOptions, StartFailures } from '@beddel/process-host'
import { type Entry, Seat, type SessionPin } from './seat.js'

export interface WorkerHostOptions {
  engine: string
  placement: Placement
  processes: ProcessOptions | undefined
  memoryBytes: number
}

/** What a cell has to stop its guest itself after the lifecycle gave it up. */
const STOP_GRACE_MS = 50
const WAITED: Record<CancelReason, [code: string, message: string]> = {
  abort: ['BEDDEL_ABORTED', 'The run was aborted'],
  timeout: ['BEDDEL_TIMEOUT', 'The run waited for a process until its time was up'],
  dispose: ['BEDDEL_DISPOSED', 'Its session or executor was disposed of'],
  lost: ['BEDDEL_SESSION_LOST', 'The process that held this session has ended'],
}

/** The seats: started when needed, of one tenant each, one run at a time, replaced when they die. */
export class WorkerHost implements CellHost {
  readonly #limits: PoolOptions
  readonly #idle: IdleWatch
  readonly #seats = new Set<Seat>()
  readonly #queue: Entry[] = []
  readonly #parallel = availableParallelism()
  readonly #counts = { spawned: 0, killed: 0 }
  readonly #closing = new Set<Promise<void>>()
  readonly #failures = new StartFailures(
    () => this.#schedule(),
    (why) => this.#failWaiting(() => true, 'BEDDEL_ENGINE_UNAVAILABLE', `Its worker cannot be started: ${why}`),
  )
  #starting: Promise<void> | undefined
  #disposed = false

  constructor(readonly options: WorkerHostOptions) {
    this.#limits = poolOptions(options.processes ?? {}, this.#parallel)
    this.#idle = new IdleWatch(this.#limits, this.#seats)
  }

  submit(job: Job): JobHandle {
    return this.#submit(job, undefined)
  }

  openSession({ id }: SessionPlace): SessionHost {
    const pin: SessionPin = { id, seat: undefined, closed: false }
    return {
      submit: (job) => this.#submit(job, pin),
      close: (reason) => this.#closeSession(pin, reason),
    }
  }

  #closeSession(pin: SessionPin, reason: 'dispose' | 'lost' = 'dispose'): void {
    if (pin.closed) return
    pin.closed = true
    this.#failWaiting((entry) => entry.pin === pin, ...WAITED[reason])
    const { seat } = pin
    if (seat === undefined || seat.dead) return
    seat.sessions--
    if (seat.entry !== undefined) seat.entry.cancelled ??= reason
    // A thread can be told nothing between its tasks: the session's cell goes with it.
    if (seat.entry !== undefined || this.options.placement === 'in-process') return seat.kill('shutdown')
    seat.carrier.tell(['close', pin.id])
    this.#schedule()
  }

  addProgram(): void {
    // A program's source goes with each run; its process remembers what form it has.
  }

  dropProgram(): void {
    // What a process remembers of a program is bounded there.
  }

  async ready(): Promise<void> {
    if ([...this.#seats].some((seat) => seat.proven)) return
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined
    })
    return this.#starting
  }

  async #start(): Promise<void> {
    // Nothing of a pool keeps the host alive, and here somebody waits.
    const alive = setInterval(() => {}, 1_000)
    const seat = [...this.#seats].find(({ idle }) => idle) ?? this.#spawn()
    try {
      await seat.warm()
    } finally {
      clearInterval(alive)
    }
    if (!seat.dead) return
    const { engine } = this.options
    if (this.#disposed) throw new SandboxError('BEDDEL_DISPOSED', 'The executor was disposed of', { phase: 'configure', engine })
    throw new SandboxError('BEDDEL_ENGINE_UNAVAILABLE', `Its worker cannot be started: ${this.#failures.last}`, {
      phase: 'configure',
      engine,
    })
  }

  stats(): Partial<ExecutorStats> {
    const seats = [...this.#seats]
    const waiting = this.#queue.length
    if (this.options.placement === 'in-process') return { waiting }
    const parked = seats.filter((seat) => seat.entry?.state === 'parked').length
    const executing = seats.filter((seat) => seat.executing).length
    const idle = seats.filter((seat) => seat.idle).length
    return { waiting, processes: { total: seats.length, idle, executing, parked, ...this.#counts } }
  }

  async dispose(): Promise<void> {
    this.#disposed = true
    this.#failures.stop()
    this.#idle.stop()
    this.#failWaiting(() => true, ...WAITED.dispose)
    for (const seat of this.#seats) seat.kill('shutdown')
    await Promise.all(this.#closing)
  }

  /** The ids of the live children. */
  pids(): number[] {
    return [...this.#seats].flatMap(({ carrier: { pid } }) => (pid === undefined ? [] : [pid]))
  }

  #submit(job: Job, pin: SessionPin | undefined): JobHandle {
    const entry: Entry = {
      job,
      tenant: job.tenant ?? '',
      pin,
      state: 'waiting',
      seat: undefined,
      entries: 0,
      text: '',
      cancelled: undefined,
    }
    if (this.#disposed) this.#fail(entry, ...WAITED.dispose)
    else if (pin?.closed === true || pin?.seat?.dead === true) {
      this.#fail(entry, ...WAITED.lost)
    } else if (this.#queue.length >= this.#limits.maxQueue) this.#fail(entry, 'BEDDEL_BUSY', `${this.#queue.length} runs wait already`)
    else {
      this.#queue.push(entry)
      this.#schedule()
    }
    return {
      reply: (call, ok, text) => this.#tell(entry, ['reply', call, ok ? 1 : 0, text]),
      wake: () => this.#tell(entry, ['wake']),
      cancel: (reason) => this.#cancel(entry, reason),
    }
  }

  #tell(entry: Entry, message: Parameters<Seat['tell']>[0]): void {
    if (entry.state !== 'over') entry.seat?.tell(message)
  }

  #cancel(entry: Entry, reason: CancelReason): void {
    const { seat, state } = entry
    if (state === 'over') return
    entry.cancelled = reason
    if (state === 'waiting') {
      this.#queue.splice(this.#queue.indexOf(entry), 1)
      return this.#fail(entry, ...WAITED[reason])
    }
    const kill = (): void => {
      if (entry.state !== 'over') seat?.kill(reason === 'timeout' || reason === 'abort' ? reason : 'shutdown')
    }
    // A guest that executes hears nothing: only its own timeout, which has some time left, or the end of its process.
    if (state !== 'parked' && reason !== 'timeout') return kill()
    if (state === 'parked') seat?.tell(['cancel', reason])
    setTimeout(kill, STOP_GRACE_MS)
  }

  #fail(entry: Entry, code: string, message: string): void {
    entry.state = 'over'
    entry.job.events.ended(notStarted(code, message))
  }

  #failWaiting(which: (entry: Entry) => boolean, code: string, message: string): void {
    const failing = this.#queue.filter(which)
    for (const entry of failing) {
      this.#queue.splice(this.#queue.indexOf(entry), 1)
      this.#fail(entry, code, message)
    }
  }

  /** Gives waiting runs to seats, in their order, as long as one can be given. */
  #schedule(): void {
    if (this.#disposed || this.#failures.pausing) return
    const soon = new Set([...this.#seats].filter((seat) => seat.soon && seat.sessions === 0))
    for (let i = 0; i < this.#queue.length; ) {
      const entry = this.#queue[i] as Entry
      const seat = this.#executing() < this.#parallel ? this.#seatFor(entry, soon) : undefined
      if (seat === undefined) {
        i++
        continue
      }
      this.#queue.splice(i, 1)
      if (entry.pin !== undefined && entry.pin.seat === undefined) {
        entry.pin.seat = seat
        seat.sessions++
      }
      void seat.assign(entry)
    }
    this.#idle.look()
  }

  #executing(): number {
    let count = 0
    for (const seat of this.#seats) if (seat.executing) count++
    return count
  }

  /** The session's own seat; else an idle one of the tenant, an unused one, one that is idle `soon`, a new one. */
  #seatFor({ pin, tenant }: Entry, soon: Set<Seat>): Seat | undefined {
    if (pin?.seat !== undefined) return pin.seat.idle ? pin.seat : undefined
    let best: Seat | undefined
    let oldest: Seat | undefined
    for (const seat of this.#seats) {
      if (!seat.idle || seat.sessions > 0) continue
      if (seat.tenant === tenant) return seat
      if (seat.tenant === undefined) best ??= seat
      else if (oldest === undefined || seat.lastUsed < oldest.lastUsed) oldest = seat
    }
    if (best !== undefined) return best
    for (const seat of soon) {
      if (seat.tenant !== tenant && seat.tenant !== undefined) continue
      soon.delete(seat)
      return undefined
    }
    if (this.#seats.size >= this.#limits.max) {
      if (oldest === undefined) return undefined
      oldest.kill('tenant')
    }
    return this.#spawn()
  }

  #spawn(): Seat {
    this.#counts.spawned++
    const { placement, memoryBytes } = this.options
    const seat = new Seat(placement, memoryBytes, {
      changed: () => {
        this.#failures.forget()
        this.#schedule()
      },
      died: (dead, death, entry) => this.#died(dead, death, entry),
    })
    this.#seats.add(seat)
    return seat
  }

  #died(seat: Seat, death: Death, entry: Entry | undefined): void {
    this.#seats.delete(seat)
    if (death.killed !== undefined) this.#counts.killed++
    const closed = seat.carrier.closed().finally(() => this.#closing.delete(closed))
    this.#closing.add(closed)
    if (entry !== undefined) this.#after(entry, death)
    this.#failWaiting(({ pin }) => pin?.seat === seat, ...WAITED.lost)
    if (!seat.proven && death.killed === undefined) this.#failures.add(death)
    // Later: this may be called from within #schedule.
    queueMicrotask(() => {
      this.#schedule()
      if (!this.#disposed && !this.#failures.any && this.#seats.size < this.#limits.min) void this.#spawn().warm()
    })
  }

  /** What had not started is done by another seat; a started run is never repeated. */
  #after(entry: Entry, death: Death): void {
    const started = entry.state !== 'sent'
    if (!started && death.killed === undefined && entry.pin === undefined && performance.now() < entry.job.deadline) {
      entry.state = 'waiting'
      entry.seat = undefined
      this.#queue.unshift(entry)
      return
    }
    entry.state = 'over'
    const { pin, cancelled, job } = entry
    const { deadline, spec } = job
    const { memoryBytes } = spec
    const ending = endingAfter(death, { deadline, cancelled, bystander: false, started, session: pin !== undefined, memoryBytes })
    job.events.ended(ending)
  }
}
