import { AuditError } from './audit-error.js'
import { type Checkpoint, checkpointHolds, isCheckpoint } from './checkpoint.js'
import { type Head, placeOf } from './entry.js'
import { Frontier } from './frontier.js'
import { type KeyInput, publicKeyOf, publicKeyText } from './keys.js'
import { leafHash, nodeHash } from './merkle-hash.js'
import { consistencyHolds, consistencyPath, inclusionHolds, inclusionPath, split, type SubtreeRoot } from './merkle-proof.js'
import { type AuditStore, pages } from './store.js'

/** Shows that an entry is in the log that a checkpoint vouches for, to somebody who has nothing else of the log. */
export interface InclusionProof {
  type: 'inclusion'
  /** The entry's exact text. */
  entry: string
  seq: number
  /** Hashes of the neighbours on the way to the root, hex. */
  path: string[]
  checkpoint: Checkpoint
}

/** Shows that the log of one checkpoint is the beginning of that of another. */
export interface ConsistencyProof {
  type: 'consistency'
  path: string[]
  first: Checkpoint
  second: Checkpoint
}

export type ProofResult = { valid: true; trusted: boolean } | { valid: false; reason: string }

/** Roots of subtrees of a stored log: what retention has removed is known by its own roots only. */
export function subtreesOf(store: AuditStore, log: string, { base }: Head, onProgress?: (read: number) => void): SubtreeRoot {
  const gone = Frontier.parse(base.size, base.frontier)
  let read = 0
  const root = async (from: number, to: number): Promise<string> => {
    if (from >= base.size) {
      const tree = new Frontier()
      for await (const page of pages(store, log, { from, to })) {
        for (const { body } of page) tree.add(leafHash(body))
        onProgress?.((read += page.length))
      }
      if (tree.size !== to - from)
        throw new AuditError('AUDIT_NOT_FOUND', `Entries from ${from} to ${to} of ${log} are not all there: verify it`)
      return tree.root()
    }
    const known = gone.subtree(from, to)
    if (known !== undefined) return known
    if (to <= base.size || to - from === 1) {
      throw new AuditError('AUDIT_PRUNED', `Retention has removed the entries before ${base.size}, and this proof needs some of them`, {
        from,
        to,
        base: base.size,
      })
    }
    const middle = from + split(to - from)
    return nodeHash(await root(from, middle), await root(middle, to))
  }
  return root
}

export async function proveInclusion(seq: number, entry: string, checkpoint: Checkpoint, root: SubtreeRoot): Promise<InclusionProof> {
  return { type: 'inclusion', entry, seq, path: await inclusionPath(seq, checkpoint.size, root), checkpoint }
}

export async function proveConsistency(first: Checkpoint, second: Checkpoint, root: SubtreeRoot): Promise<ConsistencyProof> {
  return { type: 'consistency', path: await consistencyPath(first.size, second.size, root), first, second }
}

/**
 * Checks a proof by itself. `trustedKeys` are the keys that the log is known to be signed with; without them the result
 * says that the signature holds, and not whose it is (`trusted: false`).
 */
export function verifyProof(
  proof: InclusionProof | ConsistencyProof,
  { trustedKeys }: { trustedKeys?: readonly KeyInput[] } = {},
): ProofResult {
  const checkpoints = proof.type === 'inclusion' ? [proof.checkpoint] : [proof.first, proof.second]
  const trusted = trustedKeys?.map((key) => publicKeyText(publicKeyOf(key)))
  if (!checkpoints.every(isCheckpoint) || !Array.isArray(proof.path)) return refused('it has not the shape of a proof')
  for (const checkpoint of checkpoints) {
    if (!checkpointHolds(checkpoint)) return refused(`the signature of the checkpoint at ${checkpoint.size} does not hold`)
    if (trusted !== undefined && !trusted.includes(checkpoint.key))
      return refused(`the checkpoint at ${checkpoint.size} is signed with another key`)
  }
  if (proof.path.some((node) => !/^[0-9a-f]{64}$/.test(node))) return refused('its path is no list of hashes')
  if (proof.type === 'inclusion') {
    const { entry, seq, checkpoint } = proof
    const place = placeOf(entry)
    if (place?.seq !== seq || place.log !== checkpoint.log) return refused('the entry says another place')
    if (!inclusionHolds(leafHash(entry), seq, checkpoint.size, proof.path, checkpoint.root))
      return refused('the entry is not in the tree of the checkpoint')
  } else {
    const { first, second } = proof
    if (first.log !== second.log) return refused('the checkpoints are of two logs')
    if (!consistencyHolds(first, second, proof.path)) return refused('the first log is not the beginning of the second')
  }
  return { valid: true, trusted: trusted !== undefined }
}

const refused = (reason: string): ProofResult => ({ valid: false, reason })
