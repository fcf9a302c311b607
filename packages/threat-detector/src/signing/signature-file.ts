import { nearest } from '@beddel/core'
import { type Bytes, fromBase64 } from './bytes.js'
import { SigningError } from './codes.js'
import { type Statement, statementProblem } from './statement.js'

/** A statement and its signature. */
export interface CodeSignature extends Statement {
  /** Base64 of the 64 bytes. */
  signature: string
}

/** Signatures of one source, as they lie beside it in `<file>.sig.json`. */
export interface SignatureFile {
  format: typeof SIGNATURE_FILE_FORMAT
  signatures: CodeSignature[]
}

export const SIGNATURE_FILE_FORMAT = 'beddel.code-signatures/v1'

/** Signatures in any form: a signature file's text or object, one signature, or several. */
export type SignaturesInput = string | SignatureFile | CodeSignature | readonly CodeSignature[]

/** More are refused whole: each costs a verification. */
export const MOST_SIGNATURES = 32
const MOST_TEXT = 64 * 1024

const FIELDS = ['keyId', 'codeSha256', 'effect', 'version', 'notBefore', 'notAfter', 'signature']

/** The signatures as they were given, in a list, each yet to be read; throws a {@link SigningError} for what is no list of them. */
export function listed(given: unknown): readonly unknown[] {
  if (given === undefined || given === null) return []
  if (typeof given === 'string') return listed(parsed(given))
  const { format, signatures, ...rest } = (typeof given === 'object' ? given : {}) as Record<string, unknown>
  if (format !== undefined || signatures !== undefined) {
    const [other] = Object.keys(rest)
    if (format !== SIGNATURE_FILE_FORMAT) throw malformed(`its format is not "${SIGNATURE_FILE_FORMAT}"`)
    if (!Array.isArray(signatures)) throw malformed('its signatures are no list')
    if (other !== undefined) throw malformed(`there is a key ${JSON.stringify(other)}, which nobody has signed`)
    return bounded(signatures)
  }
  return bounded(Array.isArray(given) ? given : [given])
}

/** One signature, read from outside. */
export function readSignature(given: unknown): { signature: CodeSignature; bytes: Bytes } {
  if (typeof given !== 'object' || given === null) throw malformed('a signature is an object')
  const entry = given as Record<string, unknown>
  for (const key of Object.keys(entry)) {
    const near = FIELDS.includes(key) ? undefined : nearest(key, FIELDS)
    if (!FIELDS.includes(key)) throw malformed(`${JSON.stringify(key)} is no key of it${near ? `; did you mean "${near}"?` : ''}`)
  }
  const problem = statementProblem(entry)
  if (problem !== undefined) throw malformed(problem)
  const bytes = fromBase64(entry.signature)
  if (bytes === undefined) throw malformed('signature must be base64')
  return { signature: { ...entry } as unknown as CodeSignature, bytes }
}

/** The text of a signature file. */
export function formatSignatureFile(signatures: readonly CodeSignature[]): string {
  return `${JSON.stringify({ format: SIGNATURE_FILE_FORMAT, signatures: [...signatures] } satisfies SignatureFile, null, 2)}\n`
}

/** The signatures of a file's text, all of which must be well-formed. Verifies nothing. */
export function parseSignatureFile(text: string): CodeSignature[] {
  return listed(text).map((entry) => readSignature(entry).signature)
}

function parsed(text: string): unknown {
  if (text.length > MOST_TEXT) throw malformed(`it is longer than ${MOST_TEXT} characters`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw malformed(`it is no JSON: ${(error as Error).message}`)
  }
  if (typeof value !== 'object' || value === null) throw malformed('it is no object')
  return value
}

function bounded(signatures: readonly unknown[]): readonly unknown[] {
  if (signatures.length > MOST_SIGNATURES) {
    throw new SigningError('TOO_MANY_SIGNATURES', `There are ${signatures.length} signatures; ${MOST_SIGNATURES} are looked at.`)
  }
  return signatures
}

const malformed = (why: string): SigningError => new SigningError('SIGNATURE_FORMAT', `This is no signature: ${why}.`)
