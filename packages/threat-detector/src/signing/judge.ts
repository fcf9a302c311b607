import { fromBase64 } from './bytes.js'
import { SIGNING_CODES, type SigningCode, SigningError, signingErrorOf } from './codes.js'
import { placeIn } from './instant.js'
import { readPublicKey } from './public-key.js'
import type { RegistryData, Signer, SignerKey } from './registry-data.js'
import type { Requirement } from './requirement.js'
import { listed, readSignature } from './signature-file.js'
import { isSha256, type Statement } from './statement.js'
import { type Judged, verifySignature } from './verify-code.js'

/** What one signature came to. */
export interface JudgedSignature {
  /** Whether it counts. */
  valid: boolean
  keyId?: string
  /** Whose it is, or says it is. */
  signer?: string
  /** Why it does not count. */
  code?: SigningCode
  message?: string
  /** What was signed, where it counts. */
  statement?: Statement
}

/** What all signatures of a source came to. */
export interface Report {
  accepted: boolean
  /** Why not: the code of the first signature that does not count, or else one about all of them. */
  reason?: SigningCode
  /** The same in words. */
  message: string
  /** How many signers had to sign. Absent where that could not be found out. */
  threshold?: number
  /** The names of those whose signatures count, each once. */
  signers: string[]
  /** In the order in which they were given. */
  signatures: JudgedSignature[]
}

/** Judges signatures by a registry. */
export async function judge(data: RegistryData, given: unknown, required: Requirement | string, judged: Judged): Promise<Report> {
  const signatures: JudgedSignature[] = []
  const signers: string[] = []
  const refused = (reason: SigningCode, message: string, threshold?: number): Report => ({
    accepted: false,
    reason,
    message,
    ...(threshold !== undefined && { threshold }),
    signers,
    signatures,
  })
  const named = typeof required === 'string'
  const requirement = named ? ownValue(data.requirements, required) : required
  if (requirement === undefined) return refused('REQUIREMENT_UNKNOWN', `The registry has no requirement ${named ? required : ''}`)
  const { threshold } = requirement
  let entries: readonly unknown[]
  try {
    entries = listed(given)
  } catch (error) {
    const { code, message } = signingErrorOf(error)
    return refused(code, message, threshold)
  }
  for (const entry of entries) {
    const one = await judgeOne(data, entry, requirement, judged, signers)
    signatures.push(one)
    if (one.valid) signers.push(one.signer as string)
  }
  if (signers.length >= threshold) {
    return { accepted: true, message: `Signed by ${signers.join(', ')}`, threshold, signers, signatures }
  }
  if (entries.length === 0) return refused('UNSIGNED', `It is not signed; ${threshold} signer(s) must have signed it`, threshold)
  const bad = signatures.find(({ valid }) => !valid)
  const few = `${signers.length} of ${threshold} signers that are needed`
  if (bad === undefined) return refused('THRESHOLD_NOT_MET', `Signed by ${few}`, threshold)
  return refused(bad.code as SigningCode, `Signed by ${few}. ${bad.message}`, threshold)
}

async function judgeOne(
  data: RegistryData,
  entry: unknown,
  { signers: allowed }: Requirement,
  judged: Judged,
  counted: readonly string[],
): Promise<JudgedSignature> {
  const about: { keyId?: string; signer?: string } = {}
  try {
    const read = readSignature(entry)
    about.keyId = read.signature.keyId
    const { signer, key } = ownerOf(data, about.keyId)
    about.signer = signer.name
    if (allowed !== undefined && !allowed.includes(signer.name)) throw refuse('SIGNER_NOT_ALLOWED', signer)
    checkStanding(signer, key, judged.at)
    const statement = await verifySignature(read, await registered(key), judged)
    // After the verification: an impostor's copy must not keep the signer's own from counting, nor be called a duplicate.
    if (counted.includes(signer.name)) throw refuse('SIGNER_DUPLICATE', signer)
    return { valid: true, ...about, statement }
  } catch (error) {
    const { code, message } = signingErrorOf(error)
    return { valid: false, ...about, ...(about.keyId === undefined && keyIdIn(entry)), code, message }
  }
}

function ownerOf({ signers }: RegistryData, keyId: string): { signer: Signer; key: SignerKey } {
  for (const signer of signers) {
    const key = signer.keys.find((one) => one.keyId === keyId)
    if (key !== undefined) return { signer, key }
  }
  throw new SigningError('SIGNER_UNKNOWN', `${SIGNING_CODES.SIGNER_UNKNOWN}: ${keyId}.`)
}

/** Whether anything that this key has signed counts at that time. */
function checkStanding(signer: Signer, key: SignerKey, at: string): void {
  for (const revoked of [signer.revoked, key.revoked]) {
    if (revoked !== undefined && at >= revoked.at) throw refuse('SIGNER_REVOKED', signer, `at ${revoked.at}: ${revoked.reason}`)
  }
  const place = placeIn(key, at)
  if (place === 'before') throw refuse('SIGNER_NOT_YET_VALID', signer, String(key.notBefore))
  if (place === 'after') throw refuse('SIGNER_EXPIRED', signer, String(key.notAfter))
}

/** A registry that was edited by hand may say one key under another's id. */
async function registered({ keyId, publicKey }: SignerKey): ReturnType<typeof readPublicKey> {
  const key = await readPublicKey(fromBase64(publicKey) as Uint8Array)
  if (key.keyId === keyId) return key
  throw new SigningError('KEY_MISMATCH', `The registry has another key under the id ${keyId}: its own would be ${key.keyId}.`)
}

function refuse(code: SigningCode, { name }: Signer, more?: string): SigningError {
  return new SigningError(code, `${name}: ${SIGNING_CODES[code]}${more === undefined ? '' : ` (${more})`}.`)
}

const ownValue = <T>(record: Record<string, T>, name: string): T | undefined => (Object.hasOwn(record, name) ? record[name] : undefined)

function keyIdIn(entry: unknown): { keyId?: string } {
  const { keyId } = (typeof entry === 'object' && entry !== null ? entry : {}) as { keyId?: unknown }
  return isSha256(keyId) ? { keyId } : {}
}
