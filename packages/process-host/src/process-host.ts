import { availableParallelism } from 'node:os'
import { type ExecutorStats, type ProcessOptions, SandboxError } from '@beddel/core'
import { CANCELLED, notStarted } from '@beddel/core/engine'
import type { CancelReason, CellHost, CellOptions, Job, JobHandle, SessionHost, SessionPlace } from '@beddel/core/engine'
import { Child } from './child-process.js'
import { chooseChild, type ChoiceRules } from './choose-child.js'
import { type Death, endingAfter, outgrownBy, tookTheMemory } from './death.js'
import type { Entry, SessionPin } from './entry.js'
import { TO_CHILD } from './frames.js'
import { IdleWatch } from './idle-watch.js'
import type { LaunchOptions } from './launch.js'
import { type PoolOptions, poolOptions } from './pool-options.js'
import { StartFailures } from './start-failures.js'
import { SyncRelay } from './relay/client.js'

export interface ProcessHostOptions {
  engine: string
  /** The bundled entry file of the child; see `serveCells`. */
  entry: string
  /** Flags for the child's Node. */
  flags: readonly string[]
  allowAddons: boolean
  /** Folders and files that the child may read besides its entry's own folder. */
  read: readonly string[]
  args?: readonly string[]
  processes?: ProcessOptions | undefined
  /** The shape of the first warm cells. */
  cells: CellOptions
}

/** After a run its child makes a new cell. Runs that come faster than that are better off with one more child. */
const REFILL_MS = 3
const QUICK_RUNS = 8
/** Bounds of one look through the queue. */
const MAX_LOOKED_AT = 4_000
const MAX_TENANTS_TRIED = 64
/** What a cell has to stop its guest itself after the lifecycle gave it up. */
const STOP_GRACE_MS = 50
const PARKED_TIMEOUT = { code: 'BEDDEL_TIMEOUT', message: 'The run did not finish within its time' }
/** How long `ready()` waits for a child, in milliseconds; longer than one child's own time to start. */
const READY_TIMEOUT_MS = 20_000

/** The pool: children that are started when needed, serve one tenant each, and are replaced when they die. */
export class ProcessHost implements CellHost {
  readonly #options: PoolOptions
  readonly #launch: LaunchOptions
  readonly #idle: IdleWatch
  readonly #rules: ChoiceRules
  readonly #children = new Set<Child>()
  readonly #queue: Entry[] = []
  readonly #parallel = availableParallelism()
  readonly #counts = { spawned: 0, killed: 0 }
  readonly #failures = new StartFailures(
    () => {
      if (this.#queue.length > 0) this.#schedule()
      else if (this.#readyWaiters.length > 0 && this.#children.size === 0) this.#spawn()
    },
    (why) => this.#giveUpStarting(why),
  )
  /** Runs in a row that came to a child right after its last one. */
  #quick = 0
  #disposed = false
  #used = false
  #readyWaiters: { resolve(): void; reject(error: Error): void }[] = []
  version: string | undefined
  #relayMade: SyncRelay | undefined

  constructor(readonly options: ProcessHostOptions) {
    this.#options = poolOptions(options.processes ?? {}, this.#parallel)
    this.#idle = new IdleWatch(this.#options, this.#children)
    this.#rules = { parallel: this.#parallel, max: this.#options.max, shares: this.#options.sharing === 'tenant' }
    const { entry, flags, allowAddons, read, args = [], cells } = options
    const launcher = options.processes?.launcher ?? []
    this.#launch = { entry, flags, allowAddons, read, launcher, cells, warmCells: this.#options.warmCells, args }
  }

  submit(job: Job): JobHandle {
    return this.#submit(job, undefined)
  }

  submitSync(job: Job): void {
    this.#relay().submitSync(job)
  }

  /** Started by the first synchronous call, and anew where it was lost; it has children of its own. */
  #relay(): SyncRelay {
    if (this.#relayMade === undefined || this.#relayMade.lost) this.#relayMade = new SyncRelay(this.options)
    return this.#relayMade
  }

  openSession({ id, tenant }: SessionPlace): SessionHost {
    const pin: SessionPin = { id, tenant: tenant ?? '', child: undefined, closed: false }
    // A session lives where its first call put it: with the relay's children after a synchronous one.
    let relayed: SessionHost | undefined
    let placed = false
    return {
      submit: (job) => {
        placed = true
        return relayed === undefined ? this.#submit(job, pin) : relayed.submit(job)
      },
      submitSync: (job) => {
        if (relayed === undefined && placed) {
          const message = 'This session began with an asynchronous call; a synchronous one cannot reach its process'
          return job.events.ended(notStarted('BEDDEL_OPTION_UNSUPPORTED', message))
        }
        placed = true
        relayed ??= this.#relay().openSession({ id, tenant })
        relayed.submitSync?.(job)
      },
      close: (reason) => {
        relayed?.close(reason)
        if (pin.closed) return
        pin.closed = true
        const { child } = pin
        this.#abandonSession(pin, reason)
        if (child === undefined || child.dead) return
        child.sessions--
        child.write(TO_CHILD.CLOSE_SESSION, 0, id)
        this.#schedule()
      },
    }
  }

  /** What still goes on or waits in a session that is closed ends. */
  #abandonSession(pin: SessionPin, reason: 'dispose' | 'lost'): void {
    const entries = [...this.#queue, ...(pin.child?.entries.values() ?? [])].filter((entry) => entry.pin === pin)
    // All before the first is cancelled: that may end their process.
    for (const entry of entries) entry.cancelled ??= reason
    for (const entry of entries) this.#cancel(entry, reason)
  }

  addProgram(): void {
    // Sent to a child with its first run there.
  }

  dropProgram(key: string): void {
    this.#relayMade?.dropProgram(key)
    for (const child of this.#children) if (child.programs.delete(key)) child.write(TO_CHILD.DROP_PROGRAM, 0, key)
  }

  /** Resolves when a child is ready; rejects where none can be started. */
  async ready(): Promise<void> {
    if ([...this.#children].some((child) => child.ready)) return
    this.#used = true
    const ready = new Promise<void>((resolve, reject) => this.#readyWaiters.push({ resolve, reject }))
    if (this.#children.size === 0) this.#spawn()
    const limit = setTimeout(() => this.#notReady(`none was ready within ${READY_TIMEOUT_MS} ms. ${this.#failures.last}`), READY_TIMEOUT_MS)
    return ready.finally(() => clearTimeout(limit))
  }

  stats(): Partial<ExecutorStats> {
    const children = [...this.#children]
    return {
      waiting: this.#queue.length,
      processes: {
        total: children.length,
        idle: children.filter((child) => child.idle).length,
        executing: children.filter((child) => child.executing).length,
        parked: children.filter((child) => child.entries.size > 0 && !child.executing).length,
        ...this.#counts,
      },
    }
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    this.#failures.stop()
    this.#idle.stop()
    for (const entry of this.#queue.splice(0)) this.#fail(entry, 'BEDDEL_DISPOSED', 'The executor was disposed of')
    for (const child of this.#children) child.kill('shutdown')
    await this.#relayMade?.dispose()
    for (const waiter of this.#readyWaiters.splice(0)) {
      waiter.reject(new SandboxError('BEDDEL_DISPOSED', 'The executor was disposed of', { engine: this.options.engine }))
    }
  }

  /** The ids of the live children. */
  pids(): number[] {
    return [...this.#children].flatMap(({ pid }) => (pid === undefined ? [] : [pid]))
  }

  #submit(job: Job, pin: SessionPin | undefined): JobHandle {
    this.#used = true
    const entry: Entry = { job, tenant: job.tenant ?? '', state: 'waiting', child: undefined, id: 0, entries: 0, pin }
    if (this.#disposed) this.#fail(entry, 'BEDDEL_DISPOSED', 'The executor was disposed of')
    else if (pin?.closed === true || pin?.child?.dead === true) {
      this.#fail(entry, 'BEDDEL_SESSION_LOST', 'The process that held this session has ended')
    } else if (this.#queue.length >= this.#options.maxQueue) {
      this.#fail(entry, 'BEDDEL_BUSY', `${this.#queue.length} runs wait already`)
    } else {
      this.#queue.push(entry)
      this.#schedule()
    }
    return {
      reply: (call, ok, text) => entry.child?.enter(entry, TO_CHILD.REPLY, JSON.stringify({ call, ok }), text),
      wake: () => entry.child?.enter(entry, TO_CHILD.WAKE),
      cancel: (reason) => this.#cancel(entry, reason),
    }
  }

  #cancel(entry: Entry, reason: CancelReason): void {
    const { child } = entry
    entry.cancelled ??= reason
    switch (entry.state) {
      case 'over':
        return
      case 'waiting':
        if (this.#queue.includes(entry)) this.#queue.splice(this.#queue.indexOf(entry), 1)
        return this.#giveUp(entry, reason)
      case 'sent':
        // Behind another run in the pipe: that one must not suffer.
        // A session's calls say nothing of their start, so such a one may be past it.
        if (child?.withdraw(entry) === true) return this.#giveUp(entry, reason, entry.pin !== undefined)
        return this.#killSoon(entry, reason, reason === 'timeout' ? STOP_GRACE_MS : 0)
      case 'started':
        return this.#killSoon(entry, reason, reason === 'timeout' ? STOP_GRACE_MS : 0)
      case 'parked':
        if (child?.leaveBehind(entry, reason) === true) return this.#endParked(entry, reason)
        return this.#killSoon(entry, reason, STOP_GRACE_MS)
    }
  }

  #killSoon(entry: Entry, reason: CancelReason, graceMs: number): void {
    const why = reason === 'dispose' || reason === 'lost' ? 'shutdown' : reason
    if (graceMs === 0) return entry.child?.kill(why)
    setTimeout(() => {
      if (entry.state !== 'over') entry.child?.kill(why)
    }, graceMs)
  }

  /** It is not entered any more, and its child is at work for another run of its tenant, which must not suffer. */
  #endParked(entry: Entry, reason: CancelReason): void {
    entry.state = 'over'
    const { code, message } = reason === 'timeout' ? PARKED_TIMEOUT : CANCELLED[reason]
    const details = entry.pin === undefined ? {} : { details: { sessionLost: true } }
    entry.job.events.ended({ kind: 'fault', code, message, phase: 'run', started: true, figures: {}, ...details })
  }

  /** It has not started, and never will. */
  #giveUp(entry: Entry, reason: CancelReason, mayHaveStarted = false): void {
    if (reason !== 'timeout') return this.#fail(entry, CANCELLED[reason].code, CANCELLED[reason].message, mayHaveStarted)
    const why = this.#failures.any ? `; the last one to be started failed: ${this.#failures.last}` : ''
    this.#fail(entry, 'BEDDEL_TIMEOUT', `The run waited for a process until its time was up${why}`, mayHaveStarted)
  }

  #fail(entry: Entry, code: string, message: string, started = false): void {
    entry.state = 'over'
    const ending = notStarted(code, message)
    entry.job.events.ended(started ? { ...ending, started, details: { withdrawn: true } } : ending)
  }

  /** Gives waiting runs to children, in their order, as long as one can be given. */
  #schedule(): void {
    let missing = 0
    let executing = this.#executing()
    // What nobody can take now, nobody will take for the later ones of the same tenant or session either.
    const tenants = new Set<string>()
    const pins = new Set<SessionPin>()
    for (let i = 0; i < this.#queue.length && i < MAX_LOOKED_AT && tenants.size < MAX_TENANTS_TRIED; ) {
      const entry = this.#queue[i] as Entry
      const placed = entry.pin?.child !== undefined ? entry.pin : undefined
      const tried = placed === undefined ? tenants.has(entry.tenant) : pins.has(placed)
      const child = tried ? undefined : chooseChild(this.#children, entry, executing, this.#rules)
      if (child !== undefined) {
        this.#queue.splice(i, 1)
        if (child.entries.size === 0) executing++
        this.#assign(entry, child)
        continue
      }
      if (placed !== undefined) pins.add(placed)
      else {
        tenants.add(entry.tenant)
        missing++
      }
      i++
    }
    if (missing > 0) this.#grow(missing, tenants)
    this.#idle.look()
  }

  #executing(): number {
    let count = 0
    for (const child of this.#children) if (child.executing) count++
    return count
  }

  #assign(entry: Entry, child: Child): void {
    const { pin } = entry
    if (pin !== undefined && pin.child === undefined) {
      pin.child = child
      child.sessions++
    }
    this.#quick = entry.tenant === '' && performance.now() - child.lastUsed < REFILL_MS ? this.#quick + 1 : 0
    const claimed = child.tenant === undefined && (pin !== undefined || entry.tenant !== '')
    child.send(entry)
    if (claimed) this.#keepSpare()
    else if (this.#quick >= QUICK_RUNS) this.#growSteadily()
  }

  /** Runs come one after another, faster than one child can make cells for. */
  #growSteadily(): void {
    this.#quick = 0
    if (this.#children.size < Math.min(this.#parallel, this.#options.max) && !this.#failures.pausing) this.#spawn()
  }

  /** Starts children for runs that found none, ending idle ones of other tenants where the pool is full. */
  #grow(missing: number, tenants: ReadonlySet<string>): void {
    if (this.#disposed || this.#failures.pausing) return
    let starting = 0
    for (const child of this.#children) if (!child.ready) starting++
    while (starting < missing && this.#executing() + starting < this.#parallel) {
      if (this.#children.size >= this.#options.max && !this.#retire(tenants)) return
      this.#spawn()
      starting++
    }
  }

  /** A child went to one tenant, one session or a parked run: whoever comes next shall find another one ready. */
  #keepSpare(): void {
    if (this.#children.size >= this.#options.max || this.#failures.pausing || this.#disposed) return
    for (const child of this.#children) if (child.tenant === undefined || child.idle) return
    this.#spawn()
  }

  /** Ends the idle child that was used longest ago, since it belongs to another tenant than those who wait. */
  #retire(tenants: ReadonlySet<string>): boolean {
    let oldest: Child | undefined
    for (const child of this.#children) {
      if (!child.idle || child.sessions > 0 || child.tenant === undefined || tenants.has(child.tenant)) continue
      if (oldest === undefined || child.lastUsed < oldest.lastUsed) oldest = child
    }
    oldest?.kill('tenant')
    return oldest !== undefined
  }

  #spawn(): void {
    this.#counts.spawned++
    const child = new Child(this.#launch, {
      ready: (ready) => {
        this.version ??= ready.version
        for (const waiter of this.#readyWaiters.splice(0)) waiter.resolve()
        this.#schedule()
      },
      changed: (child) => {
        this.#failures.forget()
        this.#schedule()
        if (child.entries.size > 0 && !child.executing) this.#keepSpare()
      },
      died: (dead, death, entries) => this.#died(dead, death, entries),
    })
    this.#children.add(child)
  }

  #died(child: Child, death: Death, entries: Entry[]): void {
    this.#children.delete(child)
    if (death.killed !== undefined) this.#counts.killed++
    // Ended to make room: who did it goes on from there.
    if (death.killed === 'tenant') return
    if ((!child.ready && death.killed !== 'shutdown') || death.killed === 'protocol') this.#failures.add(death)
    const again: Entry[] = []
    for (const entry of entries) {
      // Cancelled itself, or started: it ends here. What had not started is done by another child; but not what took
      // its child's memory by its mere text, which it would do to the next one too.
      const inTime = performance.now() < entry.job.deadline && !this.#disposed && !tookTheMemory(death, entry.id, entry === entries[0])
      if (entry.state === 'sent' && entry.cancelled === undefined && inTime && entry.pin?.child === undefined) {
        entry.state = 'waiting'
        entry.child = undefined
        again.push(entry)
      } else this.#endWithChild(entry, death, entries)
    }
    // Calls of its sessions that were still waiting have nowhere to go.
    for (const entry of this.#queue.filter(({ pin }) => pin?.child === child)) {
      this.#queue.splice(this.#queue.indexOf(entry), 1)
      this.#fail(entry, 'BEDDEL_SESSION_LOST', 'The process that held this session has ended')
    }
    this.#queue.unshift(...again)
    if (this.#disposed) return
    this.#schedule()
    if (this.#used && this.#children.size < this.#options.min && !this.#failures.any) this.#spawn()
  }

  #endWithChild(entry: Entry, death: Death, entries: readonly Entry[]): void {
    // Of a session's calls in the pipe the first may have begun; not where the one before it took the cell along.
    const mayHaveBegun = entry.pin !== undefined && entry === entries[0] && entry.cancelled !== 'lost'
    const started = entry.state !== 'sent' || mayHaveBegun
    const executing = entries.some((other) => other !== entry && other.state === 'started')
    entry.state = 'over'
    const { pin, cancelled, job } = entry
    // The run for which the watchdog acted may have ended just before.
    const outgrown = outgrownBy(death)
    const bystander = started && (outgrown === undefined ? executing : outgrown !== entry.id)
    const { deadline, spec, events } = job
    const { memoryBytes } = spec
    events.ended(endingAfter(death, { deadline, cancelled, bystander, started, session: pin !== undefined, memoryBytes }))
  }

  #giveUpStarting(why: string): void {
    for (const entry of this.#queue.splice(0)) this.#fail(entry, 'BEDDEL_ENGINE_UNAVAILABLE', `Its child process cannot be started: ${why}`)
    this.#notReady(why)
  }

  #notReady(why: string): void {
    const message = `Its child process cannot be started: ${why}`
    const error = new SandboxError('BEDDEL_ENGINE_UNAVAILABLE', message, { engine: this.options.engine, phase: 'configure' })
    for (const waiter of this.#readyWaiters.splice(0)) waiter.reject(error)
  }
}
