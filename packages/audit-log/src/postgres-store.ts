import { checkKeys, invalid } from '@beddel/core'
import { AuditError } from './audit-error.js'
import type { AuditCode } from './codes.js'
import { SqlStore } from './sql-store.js'
import type { AuditStore } from './store.js'

export interface PostgresStoreOptions {
  /** As `postgres://user:password@host:5432/database`. */
  connectionString: string
  /** The schema that the tables are in; made where it is missing. Default `public`. */
  schema?: string
  /**
   * `full` (default): an entry counts as written when the server's disk says so. `off`: the server answers before that
   * (`synchronous_commit`); a crash of the server may cost the last entries, never the chain.
   */
  fsync?: 'full' | 'off'
  /** How long a connection may take to be made, in milliseconds. Default 5 000. */
  connectTimeoutMs?: number
  /** How long one statement may take, in milliseconds, the wait for a lock too. Default 10 000. */
  statementTimeoutMs?: number
  /** Connections at the most. Default 4. */
  maxConnections?: number
}

/** A store in a PostgreSQL database. Needs the package `pg`. */
export function postgresStore(options: PostgresStoreOptions): AuditStore {
  if (typeof options !== 'object' || options === null) throw invalid('options', 'must be an object', options)
  checkKeys(options, ['connectionString', 'schema', 'fsync', 'connectTimeoutMs', 'statementTimeoutMs', 'maxConnections'], 'options')
  const {
    connectionString,
    schema = 'public',
    fsync = 'full',
    connectTimeoutMs = 5_000,
    statementTimeoutMs = 10_000,
    maxConnections = 4,
  } = options
  if (typeof connectionString !== 'string' || !URL.canParse(connectionString))
    throw invalid('connectionString', 'must be a URL as postgres://host/database')
  if (fsync !== 'full' && fsync !== 'off') throw invalid('fsync', 'must be full or off', fsync)
  if (typeof schema !== 'string' || !/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) throw invalid('schema', 'must be a lower-case name', schema)
  for (const [key, value] of Object.entries({ connectTimeoutMs, statementTimeoutMs, maxConnections })) {
    if (!Number.isSafeInteger(value) || value < 1) throw invalid(key, 'must be a whole number from 1', value)
  }
  const { host, pathname } = new URL(connectionString)
  const description = `PostgreSQL ${host}${pathname}`
  return new SqlStore({
    description,
    schema,
    errorOf: (error) => errorOf(error, description),
    async connect() {
      const [{ PostgresDialect }, { default: pg }] = await Promise.all([import('kysely'), loadPg()])
      const settings = [
        `-c synchronous_commit=${fsync === 'full' ? 'on' : 'off'}`,
        `-c search_path=${schema}`,
        // A writer whose machine is gone must not hold the log's head for ever.
        `-c idle_in_transaction_session_timeout=${statementTimeoutMs}`,
      ]
      const pool = new pg.Pool({
        connectionString,
        options: settings.join(' '),
        max: maxConnections,
        connectionTimeoutMillis: connectTimeoutMs,
        statement_timeout: statementTimeoutMs,
        // The server may be gone without a word: then nobody else ends the wait.
        query_timeout: statementTimeoutMs + 1_000,
        allowExitOnIdle: true,
      })
      // An idle connection that the server ends is no event: the next statement gets another.
      pool.on('error', () => {})
      if (schema !== 'public') await pool.query(`create schema if not exists ${schema}`)
      return new PostgresDialect({ pool })
    },
  })
}

async function loadPg(): Promise<typeof import('pg')> {
  try {
    return await import('pg')
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new AuditError('AUDIT_DEPENDENCY', 'The package pg is not installed: npm install pg', { install: 'pg' }, error)
  }
}

/** Classes of SQLSTATE, and single ones where the class says too little. */
const STATES: [start: string, code: AuditCode][] = [
  ['55P03', 'AUDIT_STORE_BUSY'],
  ['57014', 'AUDIT_STORE_BUSY'],
  ['40', 'AUDIT_STORE_BUSY'],
  ['25006', 'AUDIT_STORE_READONLY'],
  ['42501', 'AUDIT_STORE_READONLY'],
  ['53300', 'AUDIT_STORE_UNAVAILABLE'],
  ['53', 'AUDIT_STORE_FULL'],
  ['08', 'AUDIT_STORE_UNAVAILABLE'],
  ['57', 'AUDIT_STORE_UNAVAILABLE'],
  ['28', 'AUDIT_STORE_UNAVAILABLE'],
  ['3D', 'AUDIT_STORE_UNAVAILABLE'],
  ['XX', 'AUDIT_STORE_CORRUPT'],
]

function errorOf(error: unknown, description: string): AuditError {
  const { message = '', code } = error as { message?: string; code?: string }
  const state = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
  // Without a state it is no answer of the server: the network, or a time-out of ours.
  const found = state === undefined ? 'AUDIT_STORE_UNAVAILABLE' : STATES.find(([start]) => state.startsWith(start))?.[1]
  return new AuditError(
    found ?? 'AUDIT_STORE_FAILED',
    `${description}: ${message || code || 'no answer'}`,
    { ...(code !== undefined && { code }) },
    error,
  )
}
