import { type Checkpoint, checkpointHolds, isCheckpoint } from './checkpoint.js'
import { type Damage, damage } from './damage.js'
import { type Base, chainPrefix, GENESIS, type Head } from './entry.js'
import { Frontier } from './frontier.js'
import { leafHash } from './merkle-hash.js'
import type { PublicKeyText } from './keys.js'
import { type AuditRecord, type Columns, columnsOf, recordIn } from './record.js'
import { type Found, Suspicion } from './suspicion.js'

const NO_RECORD = 'its text is no record'

/** What is known of a log's end beside its entries. */
interface End {
  /** What the store says of it. */
  head?: Head | undefined
  /** Checkpoints beyond it. */
  later?: readonly Checkpoint[]
  /** There are entries behind it. */
  beyond?: boolean
  /** There are entries, and the store has no end for them. */
  isHeadless?: boolean
}

/** Goes along a log, entry by entry and checkpoint by checkpoint, and finds the first thing that is not as it was. */
export class Verifier {
  readonly #tree: Frontier
  #prev: string
  /** What the last good entry names before it. */
  #beforePrev = GENESIS
  #suspicion: Suspicion | undefined
  #damage: Damage | undefined
  /** Kept until the end: the head may know better. */
  #fork: Damage | undefined
  /** Entries that a checkpoint vouches for. */
  #vouched: number
  #last: Checkpoint | undefined
  #checkpoints = 0
  #baseIsSigned = false
  #baseIsExplained = false
  /** The tree at the checkpoint that was looked at last: the next may be of the same size. */
  #root: { size: number; hex: string } | undefined

  constructor(
    readonly log: string,
    readonly base: Base,
    readonly trusted: readonly PublicKeyText[] | undefined,
  ) {
    this.#tree = treeAt(base) ?? new Frontier()
    this.#prev = base.hash
    this.#vouched = base.size
    if (treeAt(base) === undefined) this.#damage = damage('edit', 0, 'what retention has left of the tree cannot be read')
  }

  /** The number that the next entry must have. */
  get size(): number {
    return this.#tree.size
  }

  get root(): string {
    return this.#tree.root()
  }

  get head(): string {
    return this.#prev
  }

  get last(): Checkpoint | undefined {
    return this.#last
  }

  get checkpoints(): number {
    return this.#checkpoints
  }

  /** Whether more of the log would change the answer. */
  get isDone(): boolean {
    return this.#damage !== undefined && this.#suspicion === undefined
  }

  entry(found: Found): void {
    if (this.#suspicion !== undefined) return this.#suspicion.add(found)
    if (this.#damage !== undefined) return
    const { body, hash } = found
    const seq = this.#tree.size
    if (found.seq !== undefined && !Number.isSafeInteger(found.seq)) {
      this.#damage = damage('edit', seq, 'its number is none')
      return
    }
    if (found.seq !== undefined && found.seq !== seq) return found.seq < seq ? this.#misplaced(found) : this.#suspect(found)
    // A database may hold anything in any column.
    if (typeof body !== 'string' || typeof hash !== 'string') {
      this.#damage = damage('edit', seq, 'its text or its hash is no text')
      return
    }
    const leaf = leafHash(body)
    if (leaf !== hash) {
      this.#damage = damage('edit', seq, 'its text does not have its hash')
      return
    }
    if (!body.startsWith(chainPrefix(this.log, this.#prev, seq))) return this.#suspect(found)
    const wrong = this.#wrongIn(found)
    if (wrong !== undefined) {
      this.#damage = damage('edit', seq, wrong)
      return
    }
    this.#tree.add(leaf)
    this.#beforePrev = this.#prev
    this.#prev = hash
  }

  /** A checkpoint of as many entries as there were until now. */
  checkpoint(checkpoint: Checkpoint): void {
    if (this.#suspicion !== undefined || this.#damage !== undefined) return
    const { size } = checkpoint
    this.#checkpoints++
    this.#damage = this.#flawOf(checkpoint)
    if (this.#damage === undefined) {
      if (this.#root?.size !== size) this.#root = { size, hex: this.root }
      if (checkpoint.head === this.#prev && checkpoint.root === this.#root.hex) {
        this.#vouched = size
        if (size === this.base.size) this.#baseIsSigned = true
        this.#last = checkpoint
      } else {
        const how = `the checkpoint at ${size} was signed over other entries`
        this.#fork ??= this.#vouched < size ? damage('fork', this.#vouched, how, size) : damage('fork', size, how)
      }
    }
  }

  /** A checkpoint of what retention has removed: nobody can hold it against the entries any more, only look at it by itself. */
  earlier(checkpoint: Checkpoint): void {
    if (this.#suspicion === undefined) this.#damage ??= this.#flawOf(checkpoint)
  }

  /** What is wrong with a checkpoint by itself. */
  #flawOf(checkpoint: Checkpoint): Damage | undefined {
    const { size, key, log } = checkpoint
    if (!isCheckpoint(checkpoint) || !checkpointHolds(checkpoint)) return damage('checkpoint', size, 'its signature does not hold')
    if (this.trusted !== undefined && !this.trusted.includes(key)) return damage('wrong-key', size, 'its key is none of the trusted ones')
    return log === this.log ? undefined : damage('checkpoint', size, `it is of the log ${log}`)
  }

  /** Those that cover more than there is: one that holds shows what is missing, whatever lies beside it. */
  #beyond(later: readonly Checkpoint[]): Damage | undefined {
    const { size } = this
    const beyond = later.filter((one) => one.size > size).map((one) => ({ size: one.size, flaw: this.#flawOf(one) }))
    const most = beyond.reduce((most, one) => (one.flaw === undefined ? Math.max(most, one.size) : most), 0)
    if (most <= size) return beyond[0]?.flaw
    return damage('truncation', size, `the log ends here, and a checkpoint vouches for ${most} entries`, most)
  }

  /** The rest of the log cannot be read. */
  unreadable(why: string): void {
    this.#damage ??= this.#suspicion?.verdict() ?? damage('unreadable', this.size, why)
    this.#suspicion = undefined
  }

  /** No more entries. */
  end({ head, later = [], beyond, isHeadless }: End): Damage | undefined {
    const { size } = this
    if (this.#suspicion !== undefined) return (this.#damage = this.#suspicion.verdict())
    if (this.#damage !== undefined) return this.#damage
    if (this.#fork === undefined && this.base.size > 0 && !(this.#baseIsSigned && this.#baseIsExplained)) {
      const how = this.#baseIsSigned ? 'no entry says that retention has removed them' : 'no checkpoint vouches for them'
      return (this.#damage = damage('delete', 0, how, this.base.size))
    }
    if (this.#fork !== undefined && !(head?.size === size && head.hash !== this.#prev)) return (this.#damage = this.#fork)
    const missing = this.#beyond(later)
    if (missing !== undefined) return (this.#damage = missing)
    if (isHeadless === true) return (this.#damage = damage('unreadable', size, 'what says where the log ends is gone'))
    if (head !== undefined && head.size > size)
      return (this.#damage = damage('truncation', size, `the log ends here and should have ${head.size} entries`, head.size))
    if (head !== undefined && head.hash !== this.#prev) {
      return (this.#damage = damage('edit', Math.max(0, size - 1), 'the log ends with another entry than was written last'))
    }
    if (head !== undefined && head.frontier !== this.#tree.text())
      return (this.#damage = damage('edit', size, "the tree's right edge, beside the entries, was changed"))
    if (beyond === true) return (this.#damage = damage('insert', size, 'it stands behind the end of the log'))
    return undefined
  }

  /** An entry that is chained as it should be: whoever has the store and no key can chain any text behind the last checkpoint. */
  #wrongIn(found: Found): string | undefined {
    try {
      const record = found.time === undefined ? recordIn(found.body) : (JSON.parse(found.body) as AuditRecord)
      if (record === undefined) return NO_RECORD
      const changed = found.time === undefined ? undefined : changedColumn(found as Columns, record)
      if (changed !== undefined) return `its column ${changed} does not say what its text says`
      if (record.kind === 'retention' && record.retention?.to === this.base.size) this.#baseIsExplained = true
      return undefined
    } catch {
      // No JSON, or a value that no column can be made of.
      return NO_RECORD
    }
  }

  #suspect(found: Found): void {
    this.#suspicion = new Suspicion(found, { seq: this.size, prev: this.#prev }, { prev: this.#beforePrev })
  }

  #misplaced(found: Found): void {
    this.#damage = damage('insert', found.seq as number, 'it stands before the beginning of the log, or twice')
  }
}

function treeAt({ size, frontier }: Base): Frontier | undefined {
  try {
    return Frontier.parse(size, frontier)
  } catch {
    return undefined
  }
}

function changedColumn(found: Columns, record: AuditRecord): string | undefined {
  let right: Columns | undefined
  for (const name of SAME) {
    // Most columns say what the text says, letter by letter; how others are made is known to one place only.
    if (found[name] !== (record[name] ?? null)) {
      right ??= columnsOf(record)
      if (found[name] !== right[name]) return name
    }
  }
  if (found.codeHash !== (record.code?.hash ?? null) && found.codeHash !== (right ??= columnsOf(record)).codeHash) return 'codeHash'
  if (record.ending?.success === true ? found.ending !== 'ok' : found.ending !== (right ??= columnsOf(record)).ending) return 'ending'
  return undefined
}

/** Columns that are named as in the record. */
const SAME = ['time', 'kind', 'tenant', 'effect', 'who', 'engine', 'durationMs', 'executionId'] as const satisfies (keyof Columns &
  keyof AuditRecord)[]
