import type { Kysely } from 'kysely'

/** The tables, the same in every database. Times are milliseconds in a bigint, JSON is the text whose bytes were hashed. */
export interface Schema {
  audit_heads: HeadRow
  audit_entries: EntryRow
  audit_checkpoints: CheckpointRow
}

/** Numbers of 64 bits come as text from PostgreSQL. */
type Big = number | string

export interface HeadRow {
  log: string
  size: Big
  hash: string
  frontier: string
  base_size: Big
  base_hash: string
  base_frontier: string
}

export interface EntryRow {
  log: string
  seq: Big
  hash: string
  body: string
  time: Big
  kind: string
  tenant: string | null
  effect: string | null
  who: string | null
  engine: string | null
  ending: string | null
  duration_ms: number | null
  execution_id: string | null
  code_hash: string | null
}

export interface CheckpointRow {
  log: string
  size: Big
  signer: string
  /** Canonical JSON of the checkpoint. */
  body: string
}

type Change = (db: Kysely<Schema>) => Promise<void>

/** Never changed once released: a new version is a new row. */
export const MIGRATIONS: Record<string, { up: Change }> = {
  '001-first': {
    async up(db) {
      await db.schema
        .createTable('audit_heads')
        .addColumn('log', 'varchar(64)', (column) => column.primaryKey())
        .addColumn('size', 'bigint', (column) => column.notNull())
        .addColumn('hash', 'varchar(64)', (column) => column.notNull())
        .addColumn('frontier', 'text', (column) => column.notNull())
        .addColumn('base_size', 'bigint', (column) => column.notNull())
        .addColumn('base_hash', 'varchar(64)', (column) => column.notNull())
        .addColumn('base_frontier', 'text', (column) => column.notNull())
        .execute()
      await db.schema
        .createTable('audit_entries')
        .addColumn('log', 'varchar(64)', (column) => column.notNull())
        .addColumn('seq', 'bigint', (column) => column.notNull())
        .addColumn('hash', 'varchar(64)', (column) => column.notNull())
        .addColumn('body', 'text', (column) => column.notNull())
        .addColumn('time', 'bigint', (column) => column.notNull())
        .addColumn('kind', 'varchar(64)', (column) => column.notNull())
        .addColumn('tenant', 'varchar(256)')
        .addColumn('effect', 'varchar(256)')
        .addColumn('who', 'varchar(256)')
        .addColumn('engine', 'varchar(256)')
        .addColumn('ending', 'varchar(256)')
        .addColumn('duration_ms', 'double precision')
        .addColumn('execution_id', 'varchar(256)')
        .addColumn('code_hash', 'varchar(256)')
        .addPrimaryKeyConstraint('audit_entries_key', ['log', 'seq'])
        .execute()
      await db.schema.createIndex('audit_entries_time').on('audit_entries').columns(['log', 'time']).execute()
      await db.schema
        .createTable('audit_checkpoints')
        .addColumn('log', 'varchar(64)', (column) => column.notNull())
        .addColumn('size', 'bigint', (column) => column.notNull())
        .addColumn('signer', 'varchar(256)', (column) => column.notNull())
        .addColumn('body', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('audit_checkpoints_key', ['log', 'size', 'signer'])
        .execute()
    },
  },
}
