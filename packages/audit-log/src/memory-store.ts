import { AuditError } from './audit-error.js'
import type { Checkpoint } from './checkpoint.js'
import { type Base, emptyHead, type Head, type Sealed, type StoredEntry } from './entry.js'
import type { AuditStore, Page, Tail } from './store.js'
import { matches } from './filter.js'

interface Kept {
  head: Head
  /** The first of them is number `head.base.size`. */
  entries: StoredEntry[]
  checkpoints: Checkpoint[]
}

/** Keeps logs in this process, for tests and for who exports them. Nothing of it outlives the process. */
export class MemoryStore implements AuditStore {
  readonly description = 'memory'
  readonly #logs = new Map<string, Kept>()

  async open(): Promise<void> {}
  async close(): Promise<void> {}

  async append(log: string, seal: (head: Head) => Sealed, before?: Sealed): Promise<Sealed> {
    const kept = this.#logs.get(log) ?? this.#make(log, emptyHead())
    const tried = before?.rows[0]
    if (before !== undefined && kept.entries.some(({ seq, hash }) => seq === tried?.seq && hash === tried.hash)) return before
    const sealed = seal(kept.head)
    for (const row of sealed.rows) kept.entries.push(row)
    kept.head = sealed.head
    return sealed
  }

  async tail(log: string): Promise<Tail | undefined> {
    const kept = this.#logs.get(log)
    return kept && { head: kept.head, last: kept.entries.at(-1)?.seq }
  }

  async read(log: string, { from, to, filter, limit }: Page): Promise<StoredEntry[]> {
    const { entries } = this.#logs.get(log) ?? { entries: [] }
    const found: StoredEntry[] = []
    for (let at = firstAt(entries, from); at < entries.length && found.length < limit; at++) {
      const entry = entries[at] as StoredEntry
      if (entry.seq >= to) break
      if (filter === undefined || matches(entry, filter)) found.push(entry)
    }
    return found
  }

  async addCheckpoint(checkpoint: Checkpoint): Promise<void> {
    const { checkpoints } = this.#logs.get(checkpoint.log) ?? this.#make(checkpoint.log, emptyHead())
    if (checkpoints.some(({ size, key }) => size === checkpoint.size && key === checkpoint.key)) return
    checkpoints.push(checkpoint)
    checkpoints.sort((a, b) => a.size - b.size)
  }

  async checkpoints(log: string, from: number, limit: number): Promise<Checkpoint[]> {
    const { checkpoints = [] } = this.#logs.get(log) ?? {}
    return checkpoints.filter(({ size }) => size >= from).slice(0, limit)
  }

  async begin(log: string, base: Base): Promise<void> {
    if (this.#logs.has(log)) throw new AuditError('AUDIT_IMPORT', `There is a log ${log} already`, { log })
    this.#make(log, { ...base, base })
  }

  async prune(log: string, base: Base): Promise<number> {
    const kept = this.#logs.get(log)
    if (kept === undefined || base.size <= kept.head.base.size) return 0
    const before = kept.entries.length
    kept.entries = kept.entries.filter(({ seq }) => seq >= base.size)
    kept.checkpoints = kept.checkpoints.filter(({ size }) => size >= base.size)
    kept.head = { ...kept.head, base }
    return before - kept.entries.length
  }

  async logs(): Promise<string[]> {
    return [...this.#logs.keys()].toSorted()
  }

  #make(log: string, head: Head): Kept {
    const kept: Kept = { head, entries: [], checkpoints: [] }
    this.#logs.set(log, kept)
    return kept
  }
}

/** Where the first entry with at least this number is. */
function firstAt(entries: readonly StoredEntry[], seq: number): number {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((entries[middle] as StoredEntry).seq < seq) low = middle + 1
    else high = middle
  }
  return low
}
