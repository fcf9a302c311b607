import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { checkKeys, invalid, oneOf } from '@beddel/core'
import { AuditError } from './audit-error.js'
import type { AuditCode } from './codes.js'
import { SqlStore } from './sql-store.js'
import type { AuditStore } from './store.js'

export interface SqliteStoreOptions {
  /** The file; its folder is made where it is missing. Default `.beddel/audit.sqlite` in the working directory. */
  file?: string
  /**
   * When an entry counts as written. `full` (default): when the disk says so; it outlives a loss of power. `normal`: when the
   * operating system has it; it outlives the process, and a loss of power may cost the last entries, never the chain.
   * `off`: the same without any promise for a loss of power.
   */
  fsync?: 'full' | 'normal' | 'off'
  /** How long a transaction waits for another process's lock, in milliseconds, before `AUDIT_STORE_BUSY`. Default 5 000. */
  busyTimeoutMs?: number
  /** Opens a file that is there, and changes nothing in it: tables of an older version stay as they are. Default false. */
  readOnly?: boolean
  /** The largest size of the file, in bytes; beyond it is `AUDIT_STORE_FULL`. Default: none but the disk's. */
  maxBytes?: number
}

const PAGE_BYTES = 4_096
const DEFAULT_FILE = '.beddel/audit.sqlite'

/** A store in one file, by Node's own SQLite, on a thread of its own. Several processes may have the same file. */
export function sqliteStore(options: SqliteStoreOptions = {}): AuditStore {
  checkKeys(options, ['file', 'fsync', 'busyTimeoutMs', 'maxBytes', 'readOnly'], 'options')
  const { file = DEFAULT_FILE, busyTimeoutMs = 5_000, maxBytes, readOnly = false } = options
  if (typeof file !== 'string' || file === '') throw invalid('file', 'must be a path', file)
  if (!Number.isSafeInteger(busyTimeoutMs) || busyTimeoutMs < 0)
    throw invalid('busyTimeoutMs', 'must be whole milliseconds from 0', busyTimeoutMs)
  if (maxBytes !== undefined && !(Number.isSafeInteger(maxBytes) && maxBytes >= 64 * PAGE_BYTES)) {
    throw invalid('maxBytes', `must be whole bytes from ${64 * PAGE_BYTES}`, maxBytes)
  }
  if (typeof readOnly !== 'boolean') throw invalid('readOnly', 'must be true or false', readOnly)
  const fsync = oneOf('fsync', options.fsync, ['full', 'normal', 'off']) ?? 'full'
  return new SqlStore({
    description: `SQLite ${file}`,
    readOnly,
    errorOf: (error) => errorOf(error, file),
    async connect() {
      const { sqliteDialect } = await import('./sqlite-dialect.js')
      const path = file === ':memory:' ? file : resolve(file)
      if (path !== ':memory:' && !readOnly) await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const setUp = [
        `pragma busy_timeout = ${busyTimeoutMs}`,
        ...(readOnly ? [] : ['pragma journal_mode = wal', `pragma synchronous = ${fsync}`]),
        ...(maxBytes === undefined ? [] : [`pragma max_page_count = ${Math.floor(maxBytes / PAGE_BYTES)}`]),
      ]
      return sqliteDialect({ file: path, setUp, readOnly })
    },
  })
}

/** The low byte of SQLite's result codes. */
const CODES: Record<number, AuditCode> = {
  5: 'AUDIT_STORE_BUSY',
  6: 'AUDIT_STORE_BUSY',
  8: 'AUDIT_STORE_READONLY',
  10: 'AUDIT_STORE_UNAVAILABLE',
  11: 'AUDIT_STORE_CORRUPT',
  13: 'AUDIT_STORE_FULL',
  14: 'AUDIT_STORE_UNAVAILABLE',
}

const SYSTEM: Record<string, AuditCode> = {
  ENOSPC: 'AUDIT_STORE_FULL',
  EDQUOT: 'AUDIT_STORE_FULL',
  EACCES: 'AUDIT_STORE_READONLY',
  EPERM: 'AUDIT_STORE_READONLY',
  EROFS: 'AUDIT_STORE_READONLY',
}

/** SQLite's result code for a file that is none of its own. */
const NO_DATABASE = 26

function errorOf(error: unknown, file: string): AuditError {
  const { message, sqliteCode, code } = error as { message: string; sqliteCode?: number; code?: string }
  const details = { ...(sqliteCode !== undefined && { sqliteCode }) }
  const lowByte = sqliteCode === undefined ? undefined : sqliteCode & 0xff
  if (lowByte === NO_DATABASE) return new AuditError('AUDIT_STORE_CORRUPT', `${file} is no SQLite database`, details, error)
  // Opened for reading only, where nobody makes them: an empty file is a database too.
  if (message.startsWith('no such table: audit_'))
    return new AuditError('AUDIT_STORE_SCHEMA', `SQLite ${file} has no tables of an audit log`, details, error)
  const found = lowByte === undefined ? SYSTEM[code ?? ''] : CODES[lowByte]
  return new AuditError(found ?? 'AUDIT_STORE_FAILED', `SQLite ${file}: ${message}`, details, error)
}
