import { AuditError } from './audit-error.js'
import type { AuditCode } from './codes.js'
import { type Sealed, seal } from './entry.js'
import { type Draft, draftOf } from './record.js'
import type { AuditStore } from './store.js'

/** What an acknowledged entry is: it is in the store, durably. */
export interface Receipt {
  log: string
  seq: number
  /** The entry's hash, hex. */
  hash: string
}

export interface WriterLimits {
  /** Records that may wait; more are refused. */
  maxPending: number
  /** Their text, in UTF-16 units. */
  maxPendingBytes: number
  /** Entries of one transaction. */
  maxBatch: number
  /** How long a record may wait for its acknowledgement, in milliseconds. */
  ackTimeoutMs: number
}

interface Pending {
  draft: Draft
  /** When its transaction begins at the latest, where the store is free. */
  due: number
  deadline: number
  resolve(receipt: Receipt): void
  reject(error: AuditError): void
  /** Somebody was told already. */
  isSettled: boolean
}

/** Records that could not be written since the last entry. */
interface Lost {
  count: number
  from: number
  until: number
  code: AuditCode
}

/** The bound on one transaction's text. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024
const RETRY_MS = [5, 20, 100, 300, 1_000]

export interface WriterEvents {
  /** A batch is in the store. */
  written(sealed: Sealed): void
  /** An attempt to write has failed; it may be made again. */
  failed(error: AuditError): void
}

/**
 * The one place from which a log's entries go to the store. Records that come while a transaction is under way share the
 * next one. An attempt that fails for a passing reason is made again while its records may wait.
 */
export class Writer {
  readonly #queue: Pending[] = []
  #flying: Pending[] = []
  #bytes = 0
  #running: Promise<void> | undefined
  #timer: ReturnType<typeof setInterval> | undefined
  #lost: Lost | undefined
  #lostCount = 0
  #batches = 0
  #written = 0
  /** Why the last attempt failed, until one succeeds. */
  #failure: AuditError | undefined
  /** Ends the wait for more records of a transaction. */
  #goOn: (() => void) | undefined
  #waitsUntil = 0
  /** Calls of {@link flush} under way. */
  #flushes = 0

  constructor(
    readonly log: string,
    readonly store: Pick<AuditStore, 'append'>,
    readonly limits: WriterLimits,
    readonly events: WriterEvents,
  ) {}

  get figures(): { pending: number; written: number; batches: number; lost: number } {
    return { pending: this.#queue.length + this.#flying.length, written: this.#written, batches: this.#batches, lost: this.#lostCount }
  }

  /** Rejects with `AUDIT_BACKLOG` at once where too many wait. `groupMs`: how long this record may wait for others. */
  push(draft: Draft, groupMs: number): Promise<Receipt> {
    const { maxPending, maxPendingBytes, maxBatch, ackTimeoutMs } = this.limits
    if (this.#queue.length + this.#flying.length >= maxPending || this.#bytes + draft.text.length > maxPendingBytes) {
      const error = new AuditError('AUDIT_BACKLOG', `${this.#queue.length + this.#flying.length} records wait for the store already`, {
        written: 'no',
      })
      this.#lose([draft], error.code)
      return Promise.reject(error)
    }
    this.#bytes += draft.text.length
    return new Promise((resolve, reject) => {
      const now = performance.now()
      const due = now + groupMs
      this.#queue.push({ draft, due, deadline: now + ackTimeoutMs, resolve, reject, isSettled: false })
      this.#watch()
      this.#running ??= this.#run()
      if (due < this.#waitsUntil || this.#queue.length >= maxBatch) this.#goOn?.()
    })
  }

  /** Settles when nothing waits any more. */
  async flush(): Promise<void> {
    this.#flushes++
    this.#goOn?.()
    while (this.#running !== undefined) await this.#running
    this.#flushes--
  }

  async #run(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        await this.#gathered()
        const batch = this.#take()
        if (batch.length > 0) await this.#write(batch)
      }
    } finally {
      this.#running = undefined
      clearInterval(this.#timer)
      this.#timer = undefined
      if (this.#queue.length > 0) this.#running = this.#run()
    }
  }

  /** Until a record has waited for long enough, or there are enough of them for one transaction. */
  async #gathered(): Promise<void> {
    // Those that come in the same turn share one, whatever they may wait for.
    await Promise.resolve()
    while (this.#flushes === 0 && this.#queue.length > 0 && this.#queue.length < this.limits.maxBatch) {
      this.#waitsUntil = Math.min(...this.#queue.map(({ due }) => due))
      const left = this.#waitsUntil - performance.now()
      if (left <= 0) return
      let timer: ReturnType<typeof setTimeout> | undefined
      await new Promise<void>((resolve) => {
        this.#goOn = resolve
        timer = setTimeout(resolve, left)
      })
      clearTimeout(timer)
      this.#goOn = undefined
      this.#waitsUntil = 0
    }
  }

  #take(): Pending[] {
    let bytes = 0
    let count = 0
    for (const { draft } of this.#queue) {
      if (count >= this.limits.maxBatch || (count > 0 && bytes + draft.text.length > MAX_BATCH_BYTES)) break
      bytes += draft.text.length
      count++
    }
    return this.#queue.splice(0, count)
  }

  async #write(batch: Pending[]): Promise<void> {
    this.#flying = batch
    const lost = this.#lost
    this.#lost = undefined
    const drafts = batch.map(({ draft }) => draft)
    if (lost !== undefined) drafts.unshift(draftOf({ kind: 'lost', lost: { ...lost } }))
    try {
      const sealed = await this.#append(drafts)
      this.#failure = undefined
      const rows = lost === undefined ? sealed.rows : sealed.rows.slice(1)
      this.#written += sealed.rows.length
      this.#batches++
      rows.forEach(({ seq, hash }, i) => {
        const pending = batch[i] as Pending
        pending.isSettled = true
        pending.resolve({ log: this.log, seq, hash })
      })
      this.events.written(sealed)
    } catch (given) {
      const error = asAuditError(given)
      if (lost !== undefined) this.#keepLost(lost)
      const unsettled = batch.filter(({ isSettled }) => !isSettled)
      // What may be there all the same is not said to be lost.
      if (error.details.written !== 'unknown') this.#lose(drafts.slice(lost === undefined ? 0 : 1), error.code)
      for (const pending of unsettled) {
        pending.isSettled = true
        pending.reject(error)
      }
    } finally {
      for (const { draft } of batch) this.#bytes -= draft.text.length
      this.#flying = []
    }
  }

  async #append(drafts: readonly Draft[]): Promise<Sealed> {
    const givenUpAt = performance.now() + this.limits.ackTimeoutMs
    let before: Sealed | undefined
    let isUnknown = false
    for (let attempt = 0; ; attempt++) {
      let last: Sealed | undefined
      try {
        return await this.store.append(this.log, (head) => (last = seal(this.log, head, drafts)), before)
      } catch (given) {
        const error = asAuditError(given)
        this.#failure = error
        this.events.failed(error)
        // A connection that is lost at the commit leaves open whether it was made.
        if (last !== undefined && error.code === 'AUDIT_STORE_UNAVAILABLE') [before, isUnknown] = [before ?? last, true]
        const pauseMs = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] as number
        const mayRetry = error.retryable && performance.now() + pauseMs < givenUpAt && this.#flying.some(({ isSettled }) => !isSettled)
        if (!mayRetry) throw isUnknown ? new AuditError(error.code, error.message, { ...error.details, written: 'unknown' }, error) : error
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
    }
  }

  /** Tells those whose time is up, whatever the store does. */
  #watch(): void {
    this.#timer ??= setInterval(
      () => {
        const now = performance.now()
        const late = ({ deadline, isSettled }: Pending): boolean => !isSettled && deadline <= now
        for (const pending of this.#flying.filter(late)) tell(pending, 'unknown', this.#failure)
        // Waiting records are in the order of their deadlines.
        const stale = this.#queue.findIndex((pending) => !late(pending))
        const gone = this.#queue.splice(0, stale === -1 ? this.#queue.length : stale)
        for (const pending of gone) {
          this.#bytes -= pending.draft.text.length
          tell(pending, 'no', this.#failure)
        }
        if (gone.length > 0)
          this.#lose(
            gone.map(({ draft }) => draft),
            this.#failure?.code ?? 'AUDIT_TIMEOUT',
          )
      },
      Math.min(250, Math.max(5, this.limits.ackTimeoutMs / 4)),
    )
  }

  #lose(drafts: readonly Draft[], code: AuditCode): void {
    const times = drafts.map(({ columns }) => columns.time)
    if (times.length === 0) return
    this.#lostCount += times.length
    this.#keepLost({ count: times.length, from: Math.min(...times), until: Math.max(...times), code })
  }

  #keepLost({ count, from, until, code }: Lost): void {
    const lost = this.#lost
    this.#lost =
      lost === undefined
        ? { count, from, until, code }
        : { count: lost.count + count, from: Math.min(lost.from, from), until: Math.max(lost.until, until), code }
  }
}

/** A record's time is up. Where attempts have failed, it is told why. */
function tell(pending: Pending, written: 'no' | 'unknown', failure: AuditError | undefined): void {
  pending.isSettled = true
  const { code = 'AUDIT_TIMEOUT', message = 'it did not answer' } = failure ?? {}
  pending.reject(
    new AuditError(code, `The store did not acknowledge the record in time: ${message}`, { ...failure?.details, written }, failure),
  )
}

export function asAuditError(error: unknown): AuditError {
  if (AuditError.isInstance(error)) return error
  return new AuditError('AUDIT_STORE_FAILED', error instanceof Error ? error.message : String(error), {}, error)
}
