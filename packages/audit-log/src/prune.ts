import { checkKeys, invalid } from '@beddel/core'
import { AuditError } from './audit-error.js'
import type { Checkpoint } from './checkpoint.js'
import type { Base, Head } from './entry.js'
import { Frontier } from './frontier.js'
import { leafHash } from './merkle-hash.js'
import type { AuditRecord } from './record.js'
import { type AuditStore, PAGE, pages } from './store.js'

/** What is kept; at least one must be given. What is beyond either goes. */
export interface PruneOptions {
  /** Entries that are older than this go, in milliseconds. */
  maxAgeMs?: number
  /** So many of the newest are kept. */
  maxEntries?: number
  onProgress?: (progress: { entries: number; of: number }) => void
}

export interface PruneResult {
  /** Entries that were removed. */
  removed: number
  /** The first entry that is left. */
  from: number
  /** The checkpoint up to which entries were removed. */
  checkpoint?: Checkpoint
}

/**
 * Removes entries up to the last checkpoint that lies within what may go. The log says so first, in an entry of its own that is
 * signed before anything is removed: entries that are missing without that are damage.
 */
export async function pruneLog(
  store: AuditStore,
  log: string,
  options: PruneOptions,
  announce: (record: AuditRecord) => Promise<Checkpoint>,
): Promise<PruneResult> {
  const { maxAgeMs, maxEntries, onProgress } = checked(options)
  const head = (await store.tail(log))?.head
  if (head === undefined) return { removed: 0, from: 0 }
  const cut = Math.max(
    head.base.size,
    maxEntries === undefined ? 0 : head.size - maxEntries,
    maxAgeMs === undefined ? 0 : await firstSince(store, log, head, Date.now() - maxAgeMs),
  )
  const checkpoint = await lastUpTo(store, log, head.base.size + 1, cut)
  if (checkpoint === undefined) return { removed: 0, from: head.base.size }
  const base = await baseAt(store, log, head, checkpoint.size, onProgress)
  if (base.size !== checkpoint.size)
    throw new AuditError('AUDIT_STORE_CORRUPT', `Entries before ${checkpoint.size} are missing: verify the log; nothing was removed`)
  const root = Frontier.parse(base.size, base.frontier).root()
  if (root !== checkpoint.root || base.hash !== checkpoint.head) {
    throw new AuditError(
      'AUDIT_STORE_CORRUPT',
      `The log is not what its checkpoint at ${checkpoint.size} says: verify it; nothing was removed`,
    )
  }
  const reason = [maxAgeMs === undefined ? '' : `older than ${maxAgeMs} ms`, maxEntries === undefined ? '' : `more than ${maxEntries}`]
  await announce({ kind: 'retention', retention: { to: base.size, reason: reason.filter(Boolean).join(', ') } })
  return { removed: await store.prune(log, base), from: base.size, checkpoint }
}

function checked(options: PruneOptions): PruneOptions {
  if (typeof options !== 'object' || options === null) throw invalid('options', 'must be an object', options)
  checkKeys(options, ['maxAgeMs', 'maxEntries', 'onProgress'], 'options')
  const { maxAgeMs, maxEntries } = options
  if (maxAgeMs === undefined && maxEntries === undefined) throw invalid('options', 'must say maxAgeMs or maxEntries')
  for (const [key, value] of Object.entries({ maxAgeMs, maxEntries })) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0)) throw invalid(key, 'must be a whole number from 0', value)
  }
  return options
}

/** The number of the first entry that is young enough, or that stands behind one. */
async function firstSince(store: AuditStore, log: string, { base, size }: Head, since: number): Promise<number> {
  const [first] = await store.read(log, { from: base.size, to: size, filter: { since }, limit: 1 })
  return first?.seq ?? size
}

async function lastUpTo(store: AuditStore, log: string, from: number, cut: number): Promise<Checkpoint | undefined> {
  let last: Checkpoint | undefined
  for (let next = from; next <= cut; ) {
    const page = await store.checkpoints(log, next, PAGE)
    last = page.findLast(({ size }) => size <= cut) ?? last
    if (page.length < PAGE) break
    next = (page.at(-1) as Checkpoint).size + 1
  }
  return last
}

async function baseAt(store: AuditStore, log: string, { base }: Head, size: number, onProgress: PruneOptions['onProgress']): Promise<Base> {
  const tree = Frontier.parse(base.size, base.frontier)
  let { hash } = base
  for await (const page of pages(store, log, { from: base.size, to: size })) {
    for (const row of page) {
      hash = leafHash(row.body)
      tree.add(hash)
    }
    onProgress?.({ entries: tree.size - base.size, of: size - base.size })
  }
  return { size: tree.size, hash, frontier: tree.text() }
}
