import { SandboxError } from '../sandbox-error.js'
import type { LogEntry, LogLevel, Outcome, RunRequest, Usage } from '../spec.js'
import type { Admitted, ExecutorDefaults } from './admission.js'
import type { CancelReason, Job, JobHandle } from './cell-host.js'
import { captureContext, type InContext, plainly } from './async-context.js'
import { codeHash } from './code-hash.js'
import type { Decoded } from './codec.js'
import { isCostly, readCostly } from './is-costly.js'
import { HostBridge } from './host-functions.js'
import { settleEnding } from './outcome.js'
import type { Ending, RunEvents, RunFigures } from './run-spec.js'
import { uuid } from './uuid.js'

const LEVELS = new Set<string>(['debug', 'log', 'info', 'warn', 'error'])
/** How long after its deadline a cell may still answer by itself before it is given up. */
const ANSWER_GRACE_MS = 25
/** The guest runtime says that lines did not fit with the first of them, and how many it were at its end. */
const MAX_DROPPED_NOTES = 2
/** How long after its deadline a result may still be read, in milliseconds. */
const READ_GRACE_MS = 150

/**
 * One call of `run`, on the host's side and the same for every engine and placement: it owns the deadline, the abort
 * signal, the host functions, the logs and the timers, and turns the cell's ending into an outcome, once.
 */
export class RunCall implements RunEvents {
  readonly executionId = uuid()
  readonly admittedAt = performance.now()
  readonly deadline: number
  outcome: Outcome | undefined
  #handle: JobHandle | undefined
  #started = false
  /** The guest has ended, and its result is being read. */
  #reading = false
  #cancelled: CancelReason | undefined
  #timeout: ReturnType<typeof setTimeout> | undefined
  #wake: ReturnType<typeof setTimeout> | undefined
  /** Entries into the guest that it has not parked from: of the start and of wakes 0, of a reply its size. */
  readonly #entries: number[] = [0]
  readonly #bridge: HostBridge
  readonly #inContext: InContext
  readonly #logs: LogEntry[] = []
  #logBytes = 0
  #logsDropped = 0
  #droppedNotes = 0

  constructor(
    readonly admitted: Admitted,
    readonly defaults: ExecutorDefaults,
    readonly request: RunRequest,
    readonly tenant: string | undefined,
    readonly settled: (outcome: Outcome) => void,
    readonly hash: string = codeHash(admitted.spec.source),
    /** Whoever called waits: what the guest calls is called on that stack, and in its context. */
    readonly sync = false,
  ) {
    const { limits, functions } = admitted
    const callsHost = functions.size > 0 || request.onLog !== undefined || defaults.options.onLog !== undefined
    this.#inContext = callsHost && !sync ? captureContext() : plainly
    this.deadline = this.admittedAt + limits.timeoutMs
    this.#bridge = new HostBridge({
      functions,
      executionId: this.executionId,
      tenant,
      callTimeoutMs: defaults.options.hostCallTimeoutMs,
      concurrency: defaults.options.hostCallConcurrency ?? 64,
      exposeErrors: defaults.options.exposeHostErrors ?? false,
      maxValueBytes: limits.inputBytes,
      maxArgumentBytes: limits.resultBytes,
      hostCalls: limits.hostCalls,
    })
  }

  /** Starts the call; `submit` hands it to the cells. */
  start(submit: (job: Job) => JobHandle | undefined): void {
    const { sync } = this
    this.#bridge.callerWaits = sync
    const { refused } = this.admitted
    if (refused !== undefined) return this.#settle({ error: refused })
    const { signal } = this.request
    if (signal?.aborted === true) return this.#settle({ error: this.#aborted(false) })
    if (!sync) {
      signal?.addEventListener('abort', this.#onAbort, { once: true })
      this.#timeout = setTimeout(() => this.#cancel('timeout'), this.admitted.limits.timeoutMs + ANSWER_GRACE_MS)
    }
    const { executionId, tenant, deadline } = this
    const handle = submit({ spec: this.admitted.spec, executionId, tenant, deadline, events: this })
    this.#handle = handle
    if (this.#cancelled !== undefined && this.outcome === undefined) handle?.cancel(this.#cancelled)
  }

  started(): void {
    this.#started = true
  }

  call(id: number, name: string, args: string): boolean {
    if (!this.#bridge.admits(name, args, false)) return false
    this.#inContext(() => this.#bridge.call(id, name, args, this.#reply))
    return true
  }

  readonly #reply = (id: number, ok: boolean, text: string): void => {
    this.#entries.push(text.length)
    this.#handle?.reply(id, ok, text)
  }

  callSync(name: string, args: string): string {
    if (!this.#bridge.admits(name, args, true)) return ''
    return this.#inContext(() => this.#bridge.callSync(name, args))
  }

  log(level: string, text: string, dropped: boolean): boolean {
    if (this.outcome !== undefined) return true
    const size = text.length + 1
    if (dropped) {
      const more = Number(text)
      this.#logsDropped += more > 1 && more < 1e9 ? Math.trunc(more) : 1
      return ++this.#droppedNotes <= MAX_DROPPED_NOTES
    }
    // The guest keeps the limit already; a hostile child may not.
    if (this.#logBytes + size > this.admitted.limits.logBytes + 1 || !LEVELS.has(level)) return false
    this.#logBytes += size
    const entry: LogEntry = { level: level as LogLevel, text, at: performance.now() - this.admittedAt }
    this.#logs.push(entry)
    const onLog = this.request.onLog ?? this.defaults.options.onLog
    if (onLog === undefined) return true
    try {
      this.#inContext(() => onLog(entry))
    } catch (error) {
      // The host's own mistake must reach the host, and not end the guest or the lifecycle.
      queueMicrotask(() => {
        throw error
      })
    }
    return true
  }

  parked(wakeMs: number | undefined): boolean {
    const size = this.#entries.shift()
    if (size === undefined) return false
    if (size > 0) this.#bridge.read(size)
    clearTimeout(this.#wake)
    if (wakeMs === undefined || !(wakeMs >= 0) || this.outcome !== undefined) return true
    const wake = (): void => {
      this.#entries.push(0)
      this.#handle?.wake()
    }
    this.#wake = setTimeout(wake, Math.min(Math.ceil(wakeMs), 2 ** 31 - 1))
    return true
  }

  ended(ending: Ending): void {
    if (this.outcome !== undefined || this.#reading) return
    const { resultBytes } = this.admitted.limits
    if (ending.kind === 'value' && !this.sync && ending.text.length <= resultBytes && isCostly(ending.text)) {
      this.#reading = true
      void this.#readInSlices(ending)
    } else this.#settleEnding(ending)
  }

  /** A large result is read a little at a time: the host's event loop must not stand still over it. */
  async #readInSlices(ending: Ending & { kind: 'value' }): Promise<void> {
    const inTime = (): boolean => this.#cancelled !== 'abort' && performance.now() < this.deadline + READ_GRACE_MS
    const decoded = await readCostly(ending.text, inTime)
    if (decoded !== undefined) return this.#settleEnding(ending, decoded)
    const { engine } = this.defaults
    const message = 'The run’s time was up before its result was read: it is large, and has very many keys or elements'
    const error =
      this.#cancelled === 'abort'
        ? this.#aborted(true)
        : new SandboxError('BEDDEL_TIMEOUT', message, { phase: 'result', engine, started: true })
    this.#settle({ error }, ending)
  }

  #settleEnding(ending: Ending, read?: Decoded): void {
    const facts = {
      engine: this.defaults.engine,
      started: this.#started,
      resultBytes: this.admitted.limits.resultBytes,
      memoryBytes: this.admitted.limits.memoryBytes,
      hostFailures: this.#bridge.failures,
    }
    this.#settle(settleEnding(ending, facts, read), ending)
  }

  readonly #onAbort = (): void => this.#cancel('abort')

  #cancel(reason: CancelReason): void {
    if (this.outcome !== undefined) return
    this.#cancelled = reason
    this.#handle?.cancel(reason)
  }

  #aborted(started: boolean, details?: Record<string, unknown>): SandboxError {
    const { engine } = this.defaults
    return new SandboxError('BEDDEL_ABORTED', 'The run was aborted by its signal', {
      phase: started ? 'run' : 'queue',
      engine,
      started,
      details,
      cause: this.request.signal?.reason,
    })
  }

  #settle(settled: { result?: unknown; error?: SandboxError | undefined }, ending?: Ending): void {
    clearTimeout(this.#timeout)
    this.request.signal?.removeEventListener('abort', this.#onAbort)
    clearTimeout(this.#wake)
    this.#bridge.close(settled.error)
    const { defaults, admitted } = this
    const figures: RunFigures = ending?.figures ?? {}
    const usage: Usage = {
      ...numbersOf(figures),
      hostCalls: this.#bridge.calls,
      logBytes: this.#logBytes,
      logsDropped: this.#logsDropped,
    }
    if (ending?.kind === 'value') usage.resultBytes = ending.text.length
    const facts = {
      executionId: this.executionId,
      engine: defaults.engine,
      placement: defaults.capabilities.placement,
      codeHash: this.hash,
      duration: performance.now() - this.admittedAt,
      usage,
      memoryUsed: usage.memoryBytes,
      logs: this.#logs,
      unenforced: admitted.unenforced,
      notes: ending?.notes ?? [],
    }
    const error =
      this.#cancelled === 'abort' && settled.error?.code === 'BEDDEL_ABORTED'
        ? this.#aborted(settled.error.started, settled.error.details)
        : settled.error
    this.outcome = error === undefined ? { success: true, result: settled.result, ...facts } : { success: false, error, ...facts }
    this.settled(this.outcome)
  }
}

const FIGURES = ['memoryBytes', 'cpuMs', 'guestMs', 'operations'] as const

/** Only finite numbers: the figures may come from a hostile process. */
function numbersOf(figures: RunFigures): Partial<Usage> {
  const out: Partial<Record<(typeof FIGURES)[number], number>> = {}
  for (const name of FIGURES) {
    const value: unknown = figures[name]
    // 0 is a clock too coarse to have measured anything, but for a count.
    const least = name === 'operations' ? 0 : Number.MIN_VALUE
    if (typeof value === 'number' && Number.isFinite(value) && value >= least) out[name] = value
  }
  return out
}
