import type { AuditedRun, AuditSink } from '@beddel/core'
import { AuditError } from './audit-error.js'
import { type Checkpoint, signCheckpoint } from './checkpoint.js'
import { type AuditEntry, emptyHead, entryOf, type Head, readable, type Sealed } from './entry.js'
import { checkedExport, type ExportOptions } from './export-options.js'
import { exportLog } from './export-log.js'
import { exportCsv, exportRecords } from './export-records.js'
import { checkedFilter } from './filter.js'
import { givenCheckpoint } from './given-checkpoints.js'
import { type ConsistencyProof, type InclusionProof, proveConsistency, proveInclusion, subtreesOf } from './proof.js'
import { type AuditRecord, draftOf } from './record.js'
import { recordOfRun } from './record-of-run.js'
import { pruneLog, type PruneOptions, type PruneResult } from './prune.js'
import type { ReportOptions } from './report.js'
import { type AuditLogOptions, type LogSettings, logSettings } from './settings.js'
import { type AuditFilter, pages } from './store.js'
import { type Verification, type VerifyOptions, verifyStore } from './verify.js'
import { asAuditError, type Receipt, Writer } from './writer.js'

/** What a log has done since it was made. */
export interface AuditLogStats {
  /** Records that wait to be acknowledged. */
  pending: number
  /** Entries that this process has written. */
  written: number
  /** Transactions that it took. */
  batches: number
  /** Records that were not written, and are not going to be. The next entry that is written says so. */
  lost: number
  /** Checkpoints that this process has signed. */
  checkpoints: number
}

/**
 * An append-only log of what ran and how it ended: each entry is chained to the one before by its hash and is a leaf of a
 * Merkle tree, whose root the log's key signs from time to time. Nothing is opened before the first use or `ready()`.
 *
 * @example
 * const audit = new AuditLog({ key: privateKeyPem })
 * const sandbox = new SandboxAdapter({ audit })
 * await sandbox.run('1 + 1', { who: 'alice', effect: { id: 'sum' } })
 * const { valid, damage } = await audit.verify()
 */
export class AuditLog implements AuditSink, AsyncDisposable {
  readonly #settings: LogSettings
  readonly #writer: Writer
  #opening: Promise<void> | undefined
  #closing: Promise<void> | undefined
  /** The chain's end when this process last wrote. */
  #head: Head | undefined
  #signedSize = 0
  #signed = 0
  #signing: Promise<unknown> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  /** Throws `BEDDEL_INVALID_OPTION`, and `AUDIT_KEY` for a key that is none. */
  constructor(options?: AuditLogOptions) {
    this.#settings = logSettings(options)
    const { log, store, limits, onError } = this.#settings
    const opened = { append: async (...args: Parameters<typeof store.append>) => (await this.ready(), store.append(...args)) }
    this.#writer = new Writer(log, opened, limits, { written: (sealed) => this.#written(sealed), failed: onError })
  }

  /** The log's name. */
  get log(): string {
    return this.#settings.log
  }

  get required(): boolean {
    return this.#settings.required
  }

  /** Opens the store. Rejects with an `AUDIT_STORE_*` code; may be called again then. */
  ready(): Promise<void> {
    this.#opening ??= this.#settings.store.open().catch((error: unknown) => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }

  /** Resolves when the record is in the store. Rejects with an `AuditError`; `details.written` says whether it may be there all the same. */
  append(record: AuditRecord): Promise<Receipt> {
    return this.#push(record, this.#settings.groupMs)
  }

  #push(record: AuditRecord, groupMs: number): Promise<Receipt> {
    try {
      if (this.#closing !== undefined) throw new AuditError('AUDIT_CLOSED', 'This log was closed', { written: 'no' })
      return this.#writer.push(draftOf(record), groupMs)
    } catch (error) {
      return Promise.reject(asAuditError(error))
    }
  }

  /** What an adapter calls: see its option `audit`. */
  async record(run: AuditedRun): Promise<Receipt> {
    const { keep, redact, runGroupMs, onError } = this.#settings
    try {
      return await this.#push(recordOfRun(run, keep, redact), runGroupMs)
    } catch (given) {
      const error = asAuditError(given)
      if (!error.code.startsWith('AUDIT_STORE')) onError(error)
      throw error
    }
  }

  /** Settles when all that was recorded until now is written or was rejected. */
  flush(): Promise<void> {
    return this.#writer.flush()
  }

  /** Signs what there is now. Rejects with `AUDIT_KEY` where the log has no key, `AUDIT_NOT_FOUND` where it has no entry. */
  async checkpoint(): Promise<Checkpoint> {
    await this.flush()
    const head = await this.#tail()
    if (head.size === 0) throw new AuditError('AUDIT_NOT_FOUND', 'There is nothing to sign: the log is empty')
    return this.#sign(head)
  }

  /** The last checkpoint of the log, whoever signed it. */
  async lastCheckpoint(): Promise<Checkpoint | undefined> {
    await this.ready()
    const { store, log } = this.#settings
    let last: Checkpoint | undefined
    for (;;) {
      const page = await store.checkpoints(log, (last?.size ?? -1) + 1, 1_000)
      if (page.length === 0) return last
      last = page.at(-1)
    }
  }

  /** Goes along the whole log and names the first thing that is not as it was. */
  async verify(options: VerifyOptions = {}): Promise<Verification> {
    await this.flush()
    await this.ready()
    const { store, log, trustedKeys } = this.#settings
    return verifyStore(store, log, { ...(trustedKeys && { trustedKeys }), ...options })
  }

  /** The same as {@link verify}. */
  validateIntegrity(options?: VerifyOptions): Promise<Verification> {
    return this.verify(options)
  }

  /** Entries that meet the filter, the oldest first, read as they are asked for. */
  async *query(filter: AuditFilter = {}): AsyncGenerator<AuditEntry> {
    checkedFilter(filter)
    await this.flush()
    const { size } = await this.#tail()
    for await (const page of pages(this.#settings.store, this.log, { from: 0, to: size, filter })) {
      for (const row of page) yield entryOf(row)
    }
  }

  async get(seq: number): Promise<AuditEntry> {
    return entryOf(await this.#row(seq))
  }

  /** Shows that an entry is in the log that a checkpoint vouches for; by default the last one, which is signed now where the log has a key. */
  async prove(seq: number, options: { checkpoint?: Checkpoint; onProgress?: (entriesRead: number) => void } = {}): Promise<InclusionProof> {
    if (options.checkpoint !== undefined) givenCheckpoint(options.checkpoint, 'checkpoint')
    const { body } = await this.#row(seq)
    const checkpoint = options.checkpoint ?? (await this.#coveringCheckpoint(seq))
    if (checkpoint.size <= seq)
      throw new AuditError('AUDIT_NOT_FOUND', `The checkpoint covers ${checkpoint.size} entries, and not entry ${seq}`)
    return proveInclusion(seq, body, checkpoint, await this.#subtrees(options.onProgress))
  }

  /** Shows that the log of an old checkpoint is the beginning of that of a newer one; by default the last. */
  async proveConsistency(first: Checkpoint, second?: Checkpoint, onProgress?: (entriesRead: number) => void): Promise<ConsistencyProof> {
    givenCheckpoint(first, 'first')
    if (second !== undefined) givenCheckpoint(second, 'second')
    const last = second ?? (await this.#coveringCheckpoint(first.size - 1))
    return proveConsistency(first, last, await this.#subtrees(onProgress))
  }

  /**
   * The log as text, in pieces. `jsonl`: the whole of it, verifiable and importable. `records` and `csv`: entries that meet the
   * filter, without what lies at the paths of `redact`.
   */
  async *export(options: ExportOptions = {}): AsyncGenerator<string> {
    const { format, filter, redact } = checkedExport(options)
    if (format === 'jsonl') {
      await this.flush()
      await this.ready()
      yield* exportLog(this.#settings.store, this.log, options.onProgress)
    } else yield* (format === 'csv' ? exportCsv : exportRecords)(this.query(filter), redact)
  }

  /** One HTML page that needs nothing else: totals, refusals, limits, failures, charts, and what {@link verify} finds now. */
  async report(options: ReportOptions & { verify?: VerifyOptions } = {}): Promise<string> {
    const { verify, ...rest } = options
    const { auditReport } = await import('./report.js')
    return auditReport(this.query(rest.filter), await this.verify(verify), rest)
  }

  /** Removes old entries, up to a checkpoint; what is left stays verifiable, and says what is gone. Needs a key. */
  async prune(options: PruneOptions): Promise<PruneResult> {
    await this.flush()
    await this.ready()
    const { store, log, key } = this.#settings
    if (key === undefined) throw new AuditError('AUDIT_KEY', 'Retention needs the key of the log: what is left must be signed')
    return pruneLog(store, log, options, async (record) => {
      await this.append(record)
      return this.checkpoint()
    })
  }

  getStats(): AuditLogStats {
    return { ...this.#writer.figures, checkpoints: this.#signed }
  }

  /** Writes what waits, signs it, and closes the store. Later records are `AUDIT_CLOSED`. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      clearTimeout(this.#timer)
      await this.flush()
      await this.#signing
      const { store, key } = this.#settings
      if (this.#opening === undefined) return
      try {
        await this.#opening
        if (key !== undefined && this.#head !== undefined && this.#head.size > this.#signedSize) await this.#sign(this.#head)
      } finally {
        await store.close()
      }
    })()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #written({ head }: Sealed): void {
    this.#head = head
    const { key, every } = this.#settings
    if (key === undefined) return
    if (head.size - this.#signedSize >= every.entries) this.#signSoon()
    else if (this.#timer === undefined && this.#closing === undefined) this.#timer = setTimeout(() => this.#signSoon(), every.ms).unref()
  }

  /** On schedule: what fails is told, and tried again at the next one. */
  #signSoon(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const head = this.#head
    if (head === undefined || head.size === this.#signedSize || this.#signing !== undefined) return
    this.#signing = this.#sign(head)
      .catch((error: unknown) => this.#settings.onError(asAuditError(error)))
      .finally(() => (this.#signing = undefined))
  }

  async #sign(head: Head): Promise<Checkpoint> {
    const { key, log, store } = this.#settings
    if (key === undefined) throw new AuditError('AUDIT_KEY', 'This log was given no key to sign with')
    const checkpoint = signCheckpoint(log, head, key)
    await store.addCheckpoint(checkpoint)
    this.#signed++
    this.#signedSize = Math.max(this.#signedSize, head.size)
    return checkpoint
  }

  async #tail(): Promise<Head> {
    await this.ready()
    return (await this.#settings.store.tail(this.log))?.head ?? emptyHead()
  }

  async #row(seq: number) {
    await this.flush()
    const { size, base } = await this.#tail()
    if (Number.isSafeInteger(seq) && seq >= 0 && seq < base.size) {
      throw new AuditError('AUDIT_PRUNED', `Retention has removed entry ${seq}: the log begins with ${base.size}`, { seq, base: base.size })
    }
    const [row] =
      Number.isSafeInteger(seq) && seq >= 0 ? await this.#settings.store.read(this.log, { from: seq, to: seq + 1, limit: 1 }) : []
    if (row === undefined) throw new AuditError('AUDIT_NOT_FOUND', `There is no entry ${seq}: the log has ${size}`, { seq, size })
    return readable(row)
  }

  async #coveringCheckpoint(seq: number): Promise<Checkpoint> {
    if (this.#settings.key !== undefined) return this.checkpoint()
    const last = await this.lastCheckpoint()
    if (last === undefined || last.size <= seq)
      throw new AuditError('AUDIT_NOT_FOUND', `No checkpoint covers entry ${seq}, and there is no key to sign one`, { seq })
    return last
  }

  async #subtrees(onProgress: ((read: number) => void) | undefined) {
    return subtreesOf(this.#settings.store, this.log, await this.#tail(), onProgress)
  }
}
