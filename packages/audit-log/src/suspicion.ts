import { type Damage, damage } from './damage.js'
import { placeOf, type StoredEntry } from './entry.js'
import { leafHash } from './merkle-hash.js'

/** An entry as the verifier is given it; one from a file has no number beside its text, and no columns. */
export type Found = Pick<StoredEntry, 'body' | 'hash'> & Partial<StoredEntry>

interface Place {
  seq: number
  prev: string
  hash: string
}

/** What an entry says of itself, where its text is what was hashed. */
function sound({ body, hash }: Found): Place | undefined {
  const place = placeOf(body)
  return place !== undefined && leafHash(body) === hash ? { ...place, hash } : undefined
}

/**
 * An entry does not continue the chain. What has happened shows in those that follow: whether they hang on it, and
 * whether the one that should stand here comes later.
 */
export class Suspicion {
  readonly #it: Place | undefined
  #next: Place | undefined
  #read = 0
  #missingComesLater = false
  #comesAgain = false

  /** `expected` is the place of the entry that should be here, `before` that of the last good one. */
  constructor(
    found: Found,
    readonly expected: { seq: number; prev: string },
    readonly before: { prev: string },
  ) {
    this.#it = sound(found)
  }

  /** What follows. */
  add(found: Found): void {
    const place = sound(found)
    if (this.#read++ === 0) this.#next = place
    if (place === undefined || this.#it === undefined) return
    if (place.seq === this.expected.seq && place.prev === this.expected.prev) this.#missingComesLater = true
    if (place.seq === this.#it.seq) this.#comesAgain = true
  }

  verdict(): Damage {
    const { seq, prev } = this.expected
    const it = this.#it
    const next = this.#next
    if (it === undefined) return damage('edit', seq, 'its text does not have its hash')
    if (it.seq === seq) {
      if (next?.seq === seq && next.prev === prev)
        return damage('insert', seq, 'the entry behind it has its number and continues the chain')
      const isChained = next === undefined || next.prev === it.hash
      if (isChained && seq > 0) return damage('edit', seq - 1, `entry ${seq} was written after another one`)
      return damage('edit', seq, 'it names another entry before it')
    }
    if (it.seq > seq) {
      if (this.#missingComesLater && !this.#comesAgain) return damage('reorder', seq, `entry ${it.seq} stands in its place`)
      if (this.#missingComesLater) return damage('insert', seq, `a copy or a forgery of entry ${it.seq} stands before it`)
      const count = it.seq - seq
      return damage(
        'delete',
        seq,
        count === 1 ? `entry ${it.seq} comes next` : `${count} of them; entry ${it.seq} comes next`,
        count === 1 ? undefined : it.seq,
      )
    }
    // Two have one number: the one on which the rest hangs was there first.
    if (it.seq === seq - 1 && it.prev === this.before.prev && it.hash !== prev && next?.prev !== prev)
      return damage('insert', seq - 1, 'the entry behind it has its number, and the rest of the chain')
    return damage('insert', seq, `entry ${it.seq} is there already`)
  }
}
