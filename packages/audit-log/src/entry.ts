import { AuditError } from './audit-error.js'
import { Frontier } from './frontier.js'
import { leafHash } from './merkle-hash.js'
import { type AuditRecord, type Columns, type Draft, recordIn } from './record.js'

/** What stands before the first entry. */
export const GENESIS = '0'.repeat(64)

/** Where a chain begins: with its first entry, or behind what retention has removed. */
export interface Base {
  /** Entries that are gone. */
  size: number
  /** Hash of the last of them. */
  hash: string
  /** The tree's right edge there. */
  frontier: string
}

/** Where a chain ends, and all that the next entry needs of those before it. */
export interface Head {
  size: number
  /** Hash of the last entry. */
  hash: string
  frontier: string
  base: Base
}

/** One entry as it is stored: its exact text, its hash, and the columns that queries go by. */
export interface StoredEntry extends Columns {
  seq: number
  /** SHA-256, hex: the RFC 6962 leaf hash of `body`, and the `prev` of the next entry. */
  hash: string
  /** Canonical JSON. */
  body: string
}

/** An entry as it is read. */
export interface AuditEntry extends AuditRecord {
  chain: { log: string; prev: string; seq: number; v: 1 }
  time: number
  /** The entry's hash; it stands beside the text, not in it. */
  hash: string
}

export interface Sealed {
  rows: StoredEntry[]
  head: Head
}

export const emptyHead = (): Head => ({
  size: 0,
  hash: GENESIS,
  frontier: '',
  base: { size: 0, hash: GENESIS, frontier: '' },
})

/** How the text of an entry begins: no key of a record sorts before `chain`. */
export function chainPrefix(log: string, prev: string, seq: number): string {
  return `{"chain":{"log":"${log}","prev":"${prev}","seq":${seq},"v":1}`
}

const PREFIX = /^\{"chain":\{"log":"([\w.-]{1,64})","prev":"([0-9a-f]{64})","seq":(0|[1-9]\d{0,15}),"v":1\}[,}]/

/** The place that an entry's text says it has; `undefined` where it says none. */
export function placeOf(body: string): { log: string; prev: string; seq: number } | undefined {
  const found = PREFIX.exec(body)
  return found === null ? undefined : { log: found[1] as string, prev: found[2] as string, seq: Number(found[3]) }
}

/** Chains drafts to what is there. */
export function seal(log: string, head: Head, drafts: readonly Draft[]): Sealed {
  const frontier = Frontier.parse(head.size, head.frontier)
  let { hash: prev, size } = head
  const rows = drafts.map(({ text, columns }) => {
    const seq = size++
    const body = `${chainPrefix(log, prev, seq)},${text.slice(1)}`
    prev = leafHash(body)
    frontier.add(prev)
    return { seq, hash: prev, body, ...columns }
  })
  return { rows, head: { size, hash: prev, frontier: frontier.text(), base: head.base } }
}

/** A row whose text can be given on. A database may hold anything in any column, whatever the column's type says. */
export function readable<T extends Pick<StoredEntry, 'seq' | 'body' | 'hash'>>(row: T): T {
  if (typeof row.body !== 'string' || typeof row.hash !== 'string') throw unreadable(row.seq)
  return row
}

export function entryOf(row: Pick<StoredEntry, 'seq' | 'body' | 'hash'>): AuditEntry {
  const { seq, body, hash } = readable(row)
  const record = recordIn(body)
  if (record === undefined) throw unreadable(seq)
  return { ...(record as Omit<AuditEntry, 'hash'>), hash }
}

const unreadable = (seq: number): AuditError =>
  new AuditError('AUDIT_STORE_CORRUPT', `Entry ${seq} cannot be read: it is not what was written. Verify the log.`, { seq })
