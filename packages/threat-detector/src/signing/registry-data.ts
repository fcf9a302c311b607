import { fromBase64 } from './bytes.js'
import { SigningError } from './codes.js'
import { isInstant, type Window } from './instant.js'
import { isRequirement, isSignerName, type Requirement } from './requirement.js'
import { isSha256 } from './statement.js'

/** When, and why, somebody's signatures stopped to count. */
export interface Revocation {
  /** From this instant on nothing that was signed counts any more, whenever it was signed. */
  at: string
  reason: string
}

/** A key of a signer. Its window is the time in which its signatures count. */
export interface SignerKey extends Window {
  /** SHA-256, hex, of the public key. */
  keyId: string
  /** Base64 of the 32 bytes. */
  publicKey: string
  /** The key that took its place. */
  successor?: string
  revoked?: Revocation
}

/** Somebody whose signatures count, under one name through all changes of key. */
export interface Signer {
  name: string
  /** The oldest first. */
  keys: SignerKey[]
  /** The signer as a whole, with every key. */
  revoked?: Revocation
}

/** What a registry holds. */
export interface RegistryData {
  format: typeof REGISTRY_FORMAT
  signers: Signer[]
  /** Requirements by name. */
  requirements: Record<string, Requirement>
}

export const REGISTRY_FORMAT = 'beddel.signers/v1'

export const emptyRegistry = (): RegistryData => ({ format: REGISTRY_FORMAT, signers: [], requirements: {} })

export const formatRegistry = (data: RegistryData): string => `${JSON.stringify(data, null, 2)}\n`

/** Reads a registry's text, all of it or nothing: half a registry would forget a revocation. */
export function parseRegistry(text: string, where: string): RegistryData {
  const damaged = (why: string): SigningError =>
    new SigningError('REGISTRY_DAMAGED', `${where} is no whole registry of signers: ${why}. Restore it from a copy; nothing was changed.`, {
      where,
    })
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch (error) {
    throw damaged(text === '' ? 'it is empty' : (error as Error).message)
  }
  const problem = problemOf(data)
  if (problem !== undefined) throw damaged(problem)
  return data as RegistryData
}

type Fields = Record<string, unknown>

function problemOf(data: unknown): string | undefined {
  if (!isRecord(data)) return 'it is no object'
  if (data.format !== REGISTRY_FORMAT) return `its format is not "${REGISTRY_FORMAT}"`
  const { signers, requirements } = data
  const odd = oddKey(data, ['format', 'signers', 'requirements'])
  if (odd !== undefined) return odd
  if (!Array.isArray(signers)) return 'signers is no list'
  if (!isRecord(requirements)) return 'requirements is no object'
  for (const [name, requirement] of Object.entries(requirements)) {
    if (!isSignerName(name) || !isRequirement(requirement)) return `requirements.${name} is no requirement`
  }
  const names = new Set<unknown>()
  const keyIds = new Set<unknown>()
  for (const [i, signer] of signers.entries()) {
    const problem = signerProblem(signer, keyIds)
    if (problem !== undefined) return `signers[${i}]: ${problem}`
    const { name } = signer as Signer
    if (names.has(name)) return `two signers are named ${name}`
    names.add(name)
  }
  return undefined
}

function signerProblem(signer: unknown, keyIds: Set<unknown>): string | undefined {
  if (!isRecord(signer)) return 'it is no object'
  const odd = oddKey(signer, ['name', 'keys', 'revoked'])
  if (odd !== undefined) return odd
  if (!isSignerName(signer.name)) return 'name is no name'
  if (signer.revoked !== undefined && !isRevocation(signer.revoked)) return 'revoked must be { at, reason }'
  if (!Array.isArray(signer.keys) || signer.keys.length === 0) return 'keys must be a list that is not empty'
  for (const key of signer.keys as unknown[]) {
    const problem = keyProblem(key)
    if (problem !== undefined) return problem
    const { keyId } = key as SignerKey
    if (keyIds.has(keyId)) return `the key ${keyId} is there twice`
    keyIds.add(keyId)
  }
  return undefined
}

function keyProblem(key: unknown): string | undefined {
  if (!isRecord(key)) return 'a key is no object'
  const odd = oddKey(key, ['keyId', 'publicKey', 'notBefore', 'notAfter', 'successor', 'revoked'])
  if (odd !== undefined) return odd
  if (!isSha256(key.keyId)) return 'keyId must be 64 hex digits'
  if (fromBase64(key.publicKey)?.length !== 32) return 'publicKey must be base64 of 32 bytes'
  if (key.successor !== undefined && !isSha256(key.successor)) return 'successor must be 64 hex digits'
  if (key.revoked !== undefined && !isRevocation(key.revoked)) return 'revoked must be { at, reason }'
  for (const end of ['notBefore', 'notAfter']) if (key[end] !== undefined && !isInstant(key[end])) return `${end} is no time`
  return undefined
}

function isRevocation(given: unknown): given is Revocation {
  return isRecord(given) && oddKey(given, ['at', 'reason']) === undefined && isInstant(given.at) && typeof given.reason === 'string'
}

const isRecord = (given: unknown): given is Fields => typeof given === 'object' && given !== null && !Array.isArray(given)

/** A key that this version does not know may say that somebody's signatures do not count: it is not passed over. */
function oddKey(given: Fields, known: readonly string[]): string | undefined {
  const odd = Object.keys(given).find((key) => !known.includes(key))
  return odd === undefined ? undefined : `there is a key ${JSON.stringify(odd)}, which this version does not know`
}
