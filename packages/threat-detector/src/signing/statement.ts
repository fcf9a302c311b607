import { invalid } from '@beddel/core'
import { codeHash } from '@beddel/core/engine'
import canonicalize from 'canonicalize'
import { type Bytes, utf8 } from './bytes.js'
import { SIGNING_CODES, SigningError } from './codes.js'
import { isInstant, type Window, type WindowInput, windowOf } from './instant.js'
import { type PublicKeyInput, readPublicKey } from './public-key.js'

/** What a signature says of a source, besides the source itself. All of it is signed. */
export interface Statement extends Window {
  /** SHA-256, hex, of the signer's public key. */
  keyId: string
  /** SHA-256, hex, of the source as UTF-8. */
  codeSha256: string
  /** The effect that the source is signed as. Absent: for use where no effect is named. */
  effect?: string
  /** The effect's version. */
  version?: string
}

/** What may be said of a source when it is signed. */
export interface StatementInput extends WindowInput {
  /** The id of the effect that the source is signed as; 1 to 200 characters. */
  effect?: string
  /** The effect's version; 1 to 200 characters. Needs `effect`. */
  version?: string
}

/** Keeps our signatures apart from whatever else the same key signs. Its number is the version of the format. */
const DOMAIN = 'beddel.code-signature/v1'

/**
 * The very bytes that are signed: the format's name, a line feed, the statement in RFC 8785 canonical JSON, a line feed,
 * the source as UTF-8. For signers that hold the key elsewhere.
 */
export function signedMessage(code: string, { keyId, codeSha256, effect, version, notBefore, notAfter }: Statement): Bytes {
  // Absent fields are left out; canonical JSON has no line feed of its own.
  const statement = canonicalize({
    keyId,
    codeSha256,
    ...(effect !== undefined && { effect }),
    ...(version !== undefined && { version }),
    ...(notBefore !== undefined && { notBefore }),
    ...(notAfter !== undefined && { notAfter }),
  })
  return utf8(`${DOMAIN}\n${statement}\n${code}`)
}

/** The statement that a signer makes of a source. */
export async function statementOf(code: string, publicKey: PublicKeyInput, given: StatementInput = {}): Promise<Statement> {
  checkSource(code)
  const { effect, version } = given
  for (const [path, label] of Object.entries({ effect, version })) {
    if (label !== undefined && !isLabel(label)) throw invalid(path, 'must be well-formed text of 1 to 200 characters', label)
  }
  if (version !== undefined && effect === undefined) throw invalid('version', 'is the version of an effect: give effect too')
  const { keyId } = await readPublicKey(publicKey)
  return {
    keyId,
    codeSha256: codeHash(code),
    ...(effect !== undefined && { effect }),
    ...(version !== undefined && { version }),
    ...windowOf(given),
  }
}

/** UTF-8 writes every lone surrogate as the same three bytes: two sources would have one signature. */
export function checkSource(code: unknown): asserts code is string {
  if (typeof code !== 'string') throw invalid('code', 'must be a string', code)
  if (!code.isWellFormed())
    throw new SigningError('CODE_NOT_WELL_FORMED', `The code cannot be signed: ${SIGNING_CODES.CODE_NOT_WELL_FORMED}.`)
}

/** What is wrong with a statement that came from outside, in words. */
export function statementProblem(given: Record<string, unknown>): string | undefined {
  for (const key of ['keyId', 'codeSha256']) if (!isSha256(given[key])) return `${key} must be 64 hex digits`
  for (const key of ['effect', 'version']) if (given[key] !== undefined && !isLabel(given[key])) return `${key} must be 1 to 200 characters`
  if (given.version !== undefined && given.effect === undefined) return 'version needs effect'
  for (const key of ['notBefore', 'notAfter']) {
    if (given[key] !== undefined && !isInstant(given[key])) return `${key} must be a time as 2027-01-31T12:00:00.000Z`
  }
  return undefined
}

export const isSha256 = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text)

export function isLabel(text: unknown): text is string {
  return typeof text === 'string' && text !== '' && text.length <= 200 && text.isWellFormed()
}
