import type { Checkpoint } from './checkpoint.js'
import type { Base, Head, Sealed, StoredEntry } from './entry.js'

/** Which entries; all that is given must hold. */
export interface AuditFilter {
  tenant?: string
  effect?: string
  who?: string
  engine?: string
  kind?: string
  /** `ok`, `started`, an error's code, or `failed` for any error. */
  ending?: string
  executionId?: string
  codeHash?: string
  /** From this moment on, in milliseconds since 1970. */
  since?: number
  /** Before this moment. */
  until?: number
}

export interface Page {
  /** From this entry on. */
  from: number
  /** Not from this one on. */
  to: number
  filter?: AuditFilter
  /** Entries at the most. */
  limit: number
}

/** What a table's end is, beside what its head says: both from one moment. */
export interface Tail {
  head: Head
  /** The greatest number that an entry has. */
  last: number | undefined
}

/**
 * Where logs are kept. Every method may be called while others are under way; several processes may have the same store.
 * Rejects with an `AuditError` of an `AUDIT_STORE_*` code. {@link testStore} tests one.
 */
export interface AuditStore {
  /** What it is, for people. */
  readonly description: string
  /** Makes it ready, its tables too. May be called again. */
  open(): Promise<void>
  /**
   * Adds entries in one transaction: nobody else adds to this log between the moment whose head `seal` is given and the end.
   * Resolves when they are durable. `seal` may be called again, with another head. `before` is an attempt whose end was not
   * known: where its entries are there, nothing is added, and it is the answer.
   */
  append(log: string, seal: (head: Head) => Sealed, before?: Sealed): Promise<Sealed>
  /** `undefined` where there is no such log. */
  tail(log: string): Promise<Tail | undefined>
  /** Entries by their number. */
  read(log: string, page: Page): Promise<StoredEntry[]>
  /** One that is there already stays. */
  addCheckpoint(checkpoint: Checkpoint): Promise<void>
  /** Checkpoints of at least this size, the smallest first. */
  checkpoints(log: string, from: number, limit: number): Promise<Checkpoint[]>
  /** Makes an empty log that begins at `base`. Rejects with `AUDIT_IMPORT` where the log is there. */
  begin(log: string, base: Base): Promise<void>
  /** Removes entries and checkpoints before `base` and makes it the log's, in one transaction. Gives the number of entries. */
  prune(log: string, base: Base): Promise<number>
  logs(): Promise<string[]>
  close(): Promise<void>
}

/** Entries are read this many at a time. */
export const PAGE = 1_000

/** All entries of a range, a page at a time. */
export async function* pages(
  store: AuditStore,
  log: string,
  range: { from: number; to: number; filter?: AuditFilter },
): AsyncGenerator<StoredEntry[]> {
  let { from } = range
  while (from < range.to) {
    const page = await store.read(log, { ...range, from, limit: PAGE })
    if (page.length === 0) return
    yield page
    from = (page.at(-1) as StoredEntry).seq + 1
  }
}
