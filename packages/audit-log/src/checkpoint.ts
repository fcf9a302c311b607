import type { KeyObject } from 'node:crypto'
import { canonical } from './canonical.js'
import type { Head } from './entry.js'
import { Frontier } from './frontier.js'
import { publicKeyText, type PublicKeyText, signatureHolds, signText } from './keys.js'

/** What a log's key vouches for: so many entries, with this root over them. */
export interface Checkpoint {
  v: 1
  log: string
  /** Entries that it covers, those that retention has removed too. */
  size: number
  /** Root of the RFC 6962 tree over them, hex. */
  root: string
  /** Hash of the last of them, hex. */
  head: string
  /** When it was signed, in milliseconds since 1970. */
  time: number
  /** The key that signed it. */
  key: PublicKeyText
  /** Ed25519, base64url, over the line `beddel.audit.checkpoint/v1` and the canonical JSON of all other fields. */
  signature: string
}

const CONTEXT = 'beddel.audit.checkpoint/v1\n'

const signedText = (checkpoint: Checkpoint): string => CONTEXT + canonical({ ...checkpoint, signature: undefined })

export function signCheckpoint(log: string, head: Head, key: KeyObject, time = Date.now()): Checkpoint {
  const root = Frontier.parse(head.size, head.frontier).root()
  const unsigned: Checkpoint = { v: 1, log, size: head.size, root, head: head.hash, time, key: publicKeyText(key), signature: '' }
  return { ...unsigned, signature: signText(signedText(unsigned), key) }
}

/** Whether the key that it names has signed it. Says nothing about who has that key. */
export function checkpointHolds(checkpoint: Checkpoint): boolean {
  return signatureHolds(signedText(checkpoint), checkpoint.signature, checkpoint.key)
}

const FIELDS: Record<keyof Checkpoint, (value: unknown) => boolean> = {
  v: (value) => value === 1,
  log: (value) => typeof value === 'string' && /^[\w.-]{1,64}$/.test(value),
  size: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  root: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  head: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  time: (value) => Number.isSafeInteger(value),
  key: (value) => typeof value === 'string' && value.length < 256,
  signature: (value) => typeof value === 'string' && value.length < 256,
}

/** Whether something from a file has the shape of a checkpoint, and no other key. */
export function isCheckpoint(value: unknown): value is Checkpoint {
  if (typeof value !== 'object' || value === null) return false
  const names = Object.keys(FIELDS) as (keyof Checkpoint)[]
  return Object.keys(value).length === names.length && names.every((name) => FIELDS[name]((value as Record<string, unknown>)[name]))
}
