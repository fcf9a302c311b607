import { AuditError } from './audit-error.js'
import type { Checkpoint } from './checkpoint.js'
import type { Damage } from './damage.js'
import { emptyHead } from './entry.js'
import { givenCheckpoints } from './given-checkpoints.js'
import { type KeyInput, publicKeyOf, publicKeyText } from './keys.js'
import { type AuditStore, PAGE, pages } from './store.js'
import { Verifier } from './verifier.js'

export interface VerifyOptions {
  /** The keys that checkpoints must be signed with. Without any, a checkpoint's own key counts, and the result says `trusted: false`. */
  trustedKeys?: readonly KeyInput[]
  /** Checkpoints from elsewhere, to hold the log against: what its owner may have removed from it. */
  checkpoints?: readonly Checkpoint[]
  onProgress?: (progress: { entries: number; of: number }) => void
}

/** What a verification found. */
export interface Verification {
  valid: boolean
  /** The first thing that is not as it was. */
  damage?: Damage
  log: string
  /** Entries that were found good, from the first one that is kept on. */
  entries: number
  /** Entries that retention has removed before those. */
  pruned: number
  /** Root over all entries and hash of the last one, hex, as recomputed. */
  root: string
  head: string
  /** The last checkpoint that holds. */
  checkpoint?: Checkpoint
  checkpoints: number
  /** Whether the checkpoints' keys were held against keys that were given. */
  trusted: boolean
  /** Entries behind the last checkpoint: chained, and not signed. */
  unsigned: number
  durationMs: number
}

export const trustedTexts = (keys: readonly KeyInput[] | undefined): string[] | undefined =>
  keys?.map((key) => publicKeyText(publicKeyOf(key)))

/** A verifier's answer. */
export function resultOf(verifier: Verifier, found: Damage | undefined, startedAt: number): Verification {
  const { log, base, size, root, head, last, checkpoints, trusted } = verifier
  return {
    valid: found === undefined,
    ...(found && { damage: found }),
    log,
    entries: size - base.size,
    pruned: base.size,
    root,
    head,
    ...(last && { checkpoint: last }),
    checkpoints,
    trusted: trusted !== undefined,
    unsigned: size - (last?.size ?? base.size),
    durationMs: performance.now() - startedAt,
  }
}

/** Verifies a log in a store, a page at a time: memory does not grow with the log. Rejects only where the store cannot be reached. */
export async function verifyStore(store: AuditStore, log: string, options: VerifyOptions = {}): Promise<Verification> {
  const startedAt = performance.now()
  const trusted = trustedTexts(options.trustedKeys)
  for (;;) {
    const { verifier, found } = await goAlong(store, log, trusted, options)
    // Retention may have removed what was just being read. A size that is no number is itself, and not equal to itself.
    const now = await store.tail(log)
    if (now === undefined || Object.is(now.head.base.size, verifier.base.size)) return resultOf(verifier, found, startedAt)
  }
}

async function goAlong(store: AuditStore, log: string, trusted: string[] | undefined, { checkpoints = [], onProgress }: VerifyOptions) {
  const { head } = (await store.tail(log)) ?? { head: emptyHead() }
  const verifier = new Verifier(log, head.base, trusted)
  const signed = new Checkpoints(store, log, checkpoints)
  try {
    await signed.load(verifier.size)
    signed.give(verifier)
    // From the very first number on: nothing may stand before the base.
    for await (const page of pages(store, log, { from: Number.MIN_SAFE_INTEGER, to: head.size })) {
      await signed.load(verifier.size + page.length)
      for (const row of page) {
        verifier.entry(row)
        signed.give(verifier)
      }
      onProgress?.({ entries: verifier.size - head.base.size, of: head.size - head.base.size })
      if (verifier.isDone) break
    }
  } catch (error) {
    if (!AuditError.isInstance(error) || error.code !== 'AUDIT_STORE_CORRUPT') throw error
    verifier.unreadable(error.message)
    return { verifier, found: verifier.end({}) }
  }
  const tail = await store.tail(log)
  // A number that is none stands behind the end too.
  const beyond = tail?.last !== undefined && !(tail.last < tail.head.size)
  // A writer may have signed more since; its own entries tell, when they are verified.
  const later = await signed.beyond(verifier.size, tail?.head.size ?? 0)
  return { verifier, found: verifier.end({ head, later, beyond, isHeadless: tail === undefined && (await isHeadless(store, log)) }) }
}

/** Whether there are entries and no head: both come in one transaction, so it is looked for again behind the entries. */
async function isHeadless(store: AuditStore, log: string): Promise<boolean> {
  const entries = await store.read(log, { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER, limit: 1 })
  return entries.length > 0 && (await store.tail(log)) === undefined
}

/** The checkpoints of a store and those from elsewhere, in their order. */
class Checkpoints {
  readonly #given: Checkpoint[]
  #loaded: Checkpoint[] = []
  #from = 0
  #isAll = false

  constructor(
    readonly store: AuditStore,
    readonly log: string,
    given: readonly Checkpoint[],
  ) {
    this.#given = givenCheckpoints(given)
  }

  /** Loads those of at most `size` entries. */
  async load(size: number): Promise<void> {
    while (!this.#isAll && (this.#loaded.at(-1)?.size ?? -1) <= size) {
      const page = await this.store.checkpoints(this.log, this.#from, PAGE)
      this.#isAll = page.length < PAGE
      this.#loaded.push(...page)
      if (page.length > 0) this.#from = (page.at(-1) as Checkpoint).size + 1
    }
  }

  /** Gives the verifier those that are due. */
  give(verifier: Verifier): void {
    for (const list of [this.#loaded, this.#given]) {
      while (list[0] !== undefined && list[0].size <= verifier.size) {
        const checkpoint = list.shift() as Checkpoint
        if (checkpoint.size === verifier.size) verifier.checkpoint(checkpoint)
        else if (list === this.#given) verifier.earlier(checkpoint)
      }
    }
  }

  /** Those beyond the end: from elsewhere, or the store's own beyond what its head says. */
  async beyond(size: number, headSize: number): Promise<Checkpoint[]> {
    await this.load(Number.MAX_SAFE_INTEGER)
    return [...this.#given, ...this.#loaded.filter((checkpoint) => checkpoint.size > headSize)].filter((one) => one.size > size)
  }
}
