interface CodeFacts {
  /** The same call may succeed if it is made again. */
  retryable: boolean
}

/** The closed list of what can go wrong with a log. A mistake in an option is core's `BEDDEL_INVALID_OPTION`. */
export const AUDIT_CODES = {
  /** A record that no entry can be made of: an unknown key, a value that JSON cannot say. */
  AUDIT_RECORD: { retryable: false },
  /** The log was closed. */
  AUDIT_CLOSED: { retryable: false },
  /** Too many records wait for the store already. The record was not taken. */
  AUDIT_BACKLOG: { retryable: true },
  /** Not acknowledged in time. `details.written` says `'no'` or, where the store may have it already, `'unknown'`. */
  AUDIT_TIMEOUT: { retryable: true },
  /** Somebody else holds the database's lock. */
  AUDIT_STORE_BUSY: { retryable: true },
  /** The database cannot be reached, or the connection was lost. */
  AUDIT_STORE_UNAVAILABLE: { retryable: true },
  /** No room: the disk, the table space or the page limit is used up. */
  AUDIT_STORE_FULL: { retryable: false },
  /** The database may not be written. */
  AUDIT_STORE_READONLY: { retryable: false },
  /** The database's own structure is damaged, or it is no database. */
  AUDIT_STORE_CORRUPT: { retryable: false },
  /** The database was made by a newer version of this package, or has not the tables of a log. */
  AUDIT_STORE_SCHEMA: { retryable: false },
  /** The database refused for another reason; `cause` has it. */
  AUDIT_STORE_FAILED: { retryable: false },
  /** A package that this store needs is not installed. */
  AUDIT_DEPENDENCY: { retryable: false },
  /** A key that cannot be read, or is not Ed25519; or an operation that needs one. */
  AUDIT_KEY: { retryable: false },
  /** What was given as a checkpoint is none. */
  AUDIT_CHECKPOINT: { retryable: false },
  /** There is no such entry, log or checkpoint. */
  AUDIT_NOT_FOUND: { retryable: false },
  /** What was asked for lies before the part that retention has kept. */
  AUDIT_PRUNED: { retryable: false },
  /** An export that cannot be read or is damaged, or a log that is there already. */
  AUDIT_IMPORT: { retryable: false },
} as const satisfies Record<string, CodeFacts>

export type AuditCode = keyof typeof AUDIT_CODES
