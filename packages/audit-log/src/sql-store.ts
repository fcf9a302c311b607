import type { Dialect, Kysely, Transaction } from 'kysely'
import { AuditError } from './audit-error.js'
import { canonical } from './canonical.js'
import { type Checkpoint, isCheckpoint } from './checkpoint.js'
import { type Base, emptyHead, type Head, type Sealed, type StoredEntry } from './entry.js'
import { exactly, NO_ERRORS } from './filter.js'
import type { Columns } from './record.js'
import type { EntryRow, HeadRow, Schema } from './schema.js'
import type { AuditStore, Page, Tail } from './store.js'

/** What a database is to the store: how to open it, and what its errors mean. */
export interface Database {
  description: string
  /** Where the tables are, in databases that have schemas. */
  schema?: string
  /** Its tables are taken as they are. */
  readOnly?: boolean
  /** Loads what is needed and connects. */
  connect(): Promise<Dialect>
  errorOf(error: unknown): AuditError
}

/** Rows of one statement: databases bound the number of its parameters. */
const CHUNK = 500

/** A store in any database that Kysely speaks to: one schema, one set of queries. */
export class SqlStore implements AuditStore {
  readonly description: string
  #db: Kysely<Schema> | undefined
  #opening: Promise<Kysely<Schema>> | undefined
  #users = 0
  #isClosed = false

  constructor(readonly database: Database) {
    this.description = database.description
  }

  async open(): Promise<void> {
    this.#isClosed = false
    await this.#do(async () => {})
    this.#users++
  }

  append(log: string, seal: (head: Head) => Sealed, before?: Sealed): Promise<Sealed> {
    return this.#do((db) =>
      db.transaction().execute(async (tx) => {
        const head = await lockedHead(tx, log)
        if (before !== undefined && (await isThere(tx, log, before))) return before
        const sealed = seal(head)
        await insert(tx, log, sealed.rows)
        const { size, hash, frontier } = sealed.head
        await tx.updateTable('audit_heads').set({ size, hash, frontier }).where('log', '=', log).execute()
        return sealed
      }),
    )
  }

  tail(log: string): Promise<Tail | undefined> {
    return this.#do(async (db) => {
      const row = await db
        .selectFrom('audit_heads')
        .selectAll()
        .select((q) =>
          q
            .selectFrom('audit_entries')
            .select((e) => e.fn.max('seq').as('last'))
            .where('log', '=', log)
            .as('last'),
        )
        .where('log', '=', log)
        .executeTakeFirst()
      return row && { head: headOf(row), last: row.last === null ? undefined : numberOf(row.last) }
    })
  }

  read(log: string, { from, to, filter = {}, limit }: Page): Promise<StoredEntry[]> {
    return this.#do(async (db) => {
      let query = db.selectFrom('audit_entries').selectAll().where('log', '=', log).where('seq', '>=', from).where('seq', '<', to)
      for (const [column, value] of exactly(filter)) query = query.where(NAMES[column], '=', value)
      if (filter.ending === 'failed') query = query.where('ending', 'not in', [...NO_ERRORS])
      if (filter.since !== undefined) query = query.where('time', '>=', filter.since)
      if (filter.until !== undefined) query = query.where('time', '<', filter.until)
      return (await query.orderBy('seq').limit(limit).execute()).map(entryOfRow)
    })
  }

  addCheckpoint(checkpoint: Checkpoint): Promise<void> {
    const { log, size, key } = checkpoint
    return this.#do(async (db) => {
      await db
        .insertInto('audit_checkpoints')
        .values({ log, size, signer: key, body: canonical(checkpoint) })
        .onConflict((conflict) => conflict.columns(['log', 'size', 'signer']).doNothing())
        .execute()
    })
  }

  checkpoints(log: string, from: number, limit: number): Promise<Checkpoint[]> {
    return this.#do(async (db) => {
      const query = db.selectFrom('audit_checkpoints').selectAll().where('log', '=', log).where('size', '>=', from)
      const rows = await query.orderBy('size').orderBy('signer').limit(limit).execute()
      return rows.map(({ size, body }) => checkpointOf(log, numberOf(size), body))
    })
  }

  begin(log: string, base: Base): Promise<void> {
    return this.#do(async (db) => {
      const row = { log, size: base.size, hash: base.hash, frontier: base.frontier, ...baseColumns(base) }
      const made = await db
        .insertInto('audit_heads')
        .values(row)
        .onConflict((conflict) => conflict.column('log').doNothing())
        .executeTakeFirst()
      if (made.numInsertedOrUpdatedRows === 0n) throw new AuditError('AUDIT_IMPORT', `There is a log ${log} already`, { log })
    })
  }

  prune(log: string, base: Base): Promise<number> {
    return this.#do((db) =>
      db.transaction().execute(async (tx) => {
        const head = await lockedHead(tx, log)
        if (base.size <= head.base.size) return 0
        const gone = await tx.deleteFrom('audit_entries').where('log', '=', log).where('seq', '<', base.size).executeTakeFirst()
        await tx.deleteFrom('audit_checkpoints').where('log', '=', log).where('size', '<', base.size).execute()
        await tx.updateTable('audit_heads').set(baseColumns(base)).where('log', '=', log).execute()
        return Number(gone.numDeletedRows)
      }),
    )
  }

  logs(): Promise<string[]> {
    return this.#do(async (db) => (await db.selectFrom('audit_heads').select('log').orderBy('log').execute()).map(({ log }) => log))
  }

  /** The last of those who have opened it closes it. */
  async close(): Promise<void> {
    if (--this.#users > 0) return
    this.#users = 0
    const db = this.#db
    this.#isClosed = true
    this.#db = undefined
    this.#opening = undefined
    await db?.destroy()
  }

  async #do<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    try {
      return await work(this.#db ?? (await this.#connected()))
    } catch (error) {
      throw AuditError.isInstance(error) ? error : this.database.errorOf(error)
    }
  }

  #connected(): Promise<Kysely<Schema>> {
    if (this.#isClosed) throw new AuditError('AUDIT_CLOSED', 'The store was closed')
    this.#opening ??= (async () => {
      const [{ Kysely }, { migrate }] = await Promise.all([import('kysely'), import('./migrate.js')])
      const db = new Kysely<Schema>({ dialect: await this.database.connect() })
      try {
        if (this.database.readOnly !== true) await migrate(db, this.database.schema)
        return (this.#db = db)
      } catch (error) {
        await db.destroy().catch(() => {})
        throw error
      }
    })().catch((error: unknown) => {
      // What was missing may be there at the next call.
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }
}

/**
 * The first statement of a transaction that adds: it writes, so it takes the log's row in PostgreSQL and the one writer's
 * place in SQLite, and whoever comes second reads what the first has written.
 */
async function lockedHead(tx: Transaction<Schema>, log: string): Promise<Head> {
  const { size, hash, frontier, base } = emptyHead()
  const row = await tx
    .insertInto('audit_heads')
    .values({ log, size, hash, frontier, ...baseColumns(base) })
    .onConflict((conflict) => conflict.column('log').doUpdateSet({ log }))
    .returningAll()
    .executeTakeFirstOrThrow()
  return headOf(row)
}

/** Whether the entries of an attempt are there whose end was not known. */
async function isThere(tx: Transaction<Schema>, log: string, { rows: [first] }: Sealed): Promise<boolean> {
  if (first === undefined) return false
  const query = tx.selectFrom('audit_entries').select('hash').where('log', '=', log).where('seq', '=', first.seq)
  return (await query.executeTakeFirst())?.hash === first.hash
}

async function insert(tx: Transaction<Schema>, log: string, rows: readonly StoredEntry[]): Promise<void> {
  for (let at = 0; at < rows.length; at += CHUNK) {
    await tx
      .insertInto('audit_entries')
      .values(rows.slice(at, at + CHUNK).map((row) => rowOf(log, row)))
      .execute()
  }
}

const NAMES = {
  time: 'time',
  kind: 'kind',
  tenant: 'tenant',
  effect: 'effect',
  who: 'who',
  engine: 'engine',
  ending: 'ending',
  durationMs: 'duration_ms',
  executionId: 'execution_id',
  codeHash: 'code_hash',
} as const satisfies Record<keyof Columns, keyof EntryRow>

function rowOf(log: string, entry: StoredEntry): EntryRow {
  const { seq, hash, body, time, kind, tenant, effect, who, engine, ending } = entry
  const { durationMs, executionId, codeHash } = entry
  return {
    log,
    seq,
    hash,
    body,
    time,
    kind,
    tenant,
    effect,
    who,
    engine,
    ending,
    duration_ms: durationMs,
    execution_id: executionId,
    code_hash: codeHash,
  }
}

function entryOfRow(row: EntryRow): StoredEntry {
  const { hash, body, kind, tenant, effect, who, engine, ending } = row
  const { duration_ms: durationMs, execution_id: executionId, code_hash: codeHash } = row
  return {
    seq: numberOf(row.seq),
    hash,
    body,
    time: numberOf(row.time),
    kind,
    tenant,
    effect,
    who,
    engine,
    ending,
    durationMs,
    executionId,
    codeHash,
  }
}

function headOf({ size, hash, frontier, base_size, base_hash, base_frontier }: HeadRow): Head {
  return { size: numberOf(size), hash, frontier, base: { size: numberOf(base_size), hash: base_hash, frontier: base_frontier } }
}

/** PostgreSQL gives large numbers as text, and SQLite whatever somebody has put there: what is no number is `NaN`. */
function numberOf(value: unknown): number {
  return typeof value === 'number' || (typeof value === 'string' && /^-?\d+$/.test(value)) ? Number(value) : Number.NaN
}

const baseColumns = ({ size, hash, frontier }: Base) => ({ base_size: size, base_hash: hash, base_frontier: frontier })

/** What cannot be read any more is a checkpoint that does not hold: the verifier says so. */
function checkpointOf(log: string, size: number, body: string): Checkpoint {
  // Without its size it has no place among the others.
  if (!Number.isSafeInteger(size))
    throw new AuditError('AUDIT_STORE_CORRUPT', `A checkpoint of ${log} does not say how many entries it covers`)
  try {
    const read: unknown = JSON.parse(body)
    if (isCheckpoint(read) && read.size === size) return read
  } catch {}
  return { v: 1, log, size, root: '', head: '', time: 0, key: '', signature: '' }
}
