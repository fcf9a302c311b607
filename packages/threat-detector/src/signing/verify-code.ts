import { checkKeys, invalid } from '@beddel/core'
import { codeHash } from '@beddel/core/engine'
import { signatureProblem } from './check-points.js'
import { SIGNING_CODES, type SigningCode, SigningError, signingErrorOf } from './codes.js'
import { instant, type InstantInput, placeIn } from './instant.js'
import { type PublicKey, type PublicKeyInput, readPublicKey } from './public-key.js'
import { type CodeSignature, readSignature } from './signature-file.js'
import { checkSource, signedMessage, type Statement } from './statement.js'
import { ED25519, withEd25519 } from './web-crypto.js'

/** What a signature has to be for, besides the source. */
export interface Expected {
  /** The effect that it must be for; `null`: it must name none. Absent: whichever, and the statement says. */
  effect?: string | null
  /** The version that it must be for. Absent: whichever. */
  version?: string
  /** The time to judge it by. Default: now. */
  at?: InstantInput
}

export interface VerifyOptions extends Expected {
  publicKey: PublicKeyInput
}

export type Verification =
  | { valid: true; statement: Statement; code?: undefined; message?: undefined }
  | { valid: false; code: SigningCode; message: string; statement?: Statement }

/** What a signature is judged by. */
export interface Judged extends Omit<Expected, 'at'> {
  code: string
  at: string
}

/** Whether a signature is that of this key for this source and what is expected. Rejects only for mistakes of the caller. */
export async function verifyCode(code: string, signature: CodeSignature, options: VerifyOptions): Promise<Verification> {
  checkKeys(options, ['publicKey', 'effect', 'version', 'at'], 'verify options')
  const { publicKey, ...expected } = options
  const judged = judgedBy(code, expected)
  return refusable(async () => verifySignature(readSignature(signature), await readPublicKey(publicKey), judged))
}

export function judgedBy(code: unknown, { effect, version, at }: Expected): Judged {
  if (typeof code !== 'string') throw invalid('code', 'must be a string', code)
  return { code, effect, version, at: instant('at', at ?? new Date()) }
}

/** Throws a {@link SigningError} with the first thing that is wrong. What is stated counts only once it is known to be the signer's word. */
export async function verifySignature(
  { signature: entry, bytes }: ReturnType<typeof readSignature>,
  key: PublicKey,
  { code, effect, version, at }: Judged,
): Promise<Statement> {
  const { signature: _, ...statement } = entry
  const refuse = (reason: SigningCode, more = ''): SigningError =>
    new SigningError(reason, `The signature is refused: ${SIGNING_CODES[reason]}${more}.`, { keyId: entry.keyId })
  if (entry.keyId !== key.keyId) throw refuse('KEY_MISMATCH')
  checkSource(code)
  if (entry.codeSha256 !== codeHash(code)) throw refuse('CODE_MISMATCH')
  const problem = signatureProblem(bytes)
  if (problem !== undefined) throw refuse(problem)
  const message = signedMessage(code, statement)
  if (!(await withEd25519((crypto) => crypto.verify(ED25519, key.verifier, bytes, message)))) throw refuse('SIGNATURE_WRONG')
  if (effect !== undefined && (statement.effect ?? null) !== effect) {
    const signed = statement.effect === undefined ? 'none' : JSON.stringify(statement.effect)
    throw refuse('EFFECT_MISMATCH', ` (signed for ${signed}, run as ${effect === null ? 'none' : JSON.stringify(effect)})`)
  }
  if (version !== undefined && statement.version !== version) {
    throw refuse('VERSION_MISMATCH', ` (signed for ${JSON.stringify(statement.version ?? null)}, wanted ${JSON.stringify(version)})`)
  }
  const place = placeIn(statement, at)
  if (place === 'before') throw refuse('SIGNATURE_NOT_YET_VALID', ` (${statement.notBefore})`)
  if (place === 'after') throw refuse('SIGNATURE_EXPIRED', ` (${statement.notAfter})`)
  return statement
}

/** A refusal as a verdict; any other error goes on. */
export async function refusable(work: () => Promise<Statement>): Promise<Verification> {
  try {
    return { valid: true, statement: await work() }
  } catch (error) {
    const { code, message } = signingErrorOf(error)
    return { valid: false, code, message }
  }
}
