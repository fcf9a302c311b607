/** Why a signature, a signer or a key is refused, each with what it means. The list is closed. */
export const SIGNING_CODES = {
  UNSIGNED: 'no signature was given',
  THRESHOLD_NOT_MET: 'each signature holds, and there are too few of them',
  TOO_MANY_SIGNATURES: 'more signatures than are looked at (32)',
  REQUIREMENT_UNKNOWN: 'the registry has no requirement of that name',

  SIGNATURE_FORMAT: 'no signature or signature file of this format',
  SIGNATURE_LENGTH: 'not 64 bytes long: truncated or extended',
  SIGNATURE_MALLEABLE: 'its scalar S is not below the order of the group, so somebody has rewritten it',
  SIGNATURE_LOW_ORDER: 'its point R has a low order, which no honest signer makes',
  SIGNATURE_NOT_CANONICAL: 'its point R is not written in the one canonical way',
  SIGNATURE_WRONG: 'it does not fit the key, the source and what it states: metadata or signature were altered',
  SIGNATURE_NOT_YET_VALID: 'its notBefore is still to come',
  SIGNATURE_EXPIRED: 'its notAfter has come',

  CODE_MISMATCH: 'it was made for another source',
  CODE_NOT_WELL_FORMED: 'the source has lone surrogates, which UTF-8 cannot tell apart',
  EFFECT_MISMATCH: 'it was made for another effect, or for one where the run names none',
  VERSION_MISMATCH: 'it was made for another version of the effect',

  SIGNER_UNKNOWN: 'nobody in the registry has the key',
  SIGNER_NOT_ALLOWED: 'the signer is not among those whose signatures count here',
  SIGNER_DUPLICATE: 'the signer has been counted already',
  SIGNER_REVOKED: 'the signer or the key was revoked',
  SIGNER_EXPIRED: "the time of the signer's key is over",
  SIGNER_NOT_YET_VALID: "the time of the signer's key is still to come",

  KEY_FORMAT: 'no Ed25519 key in PEM, raw or JWK form',
  KEY_MISMATCH: 'another key than the one that is named',
  KEY_LOW_ORDER: 'a public key of low order: one signature would fit many sources',
  KEY_MIXED_ORDER: 'a public key with a part of low order: implementations differ about its signatures',
  KEY_NOT_CANONICAL: 'a public key that is not written in the one canonical way',
  KEY_NOT_ON_CURVE: 'a public key that is no point of the curve',

  SIGNER_EXISTS: 'the registry has a signer or a key like that already',
  REGISTRY_DAMAGED: 'what the registry is stored in is torn or no registry',
  REGISTRY_LOCKED: 'another writer holds the lock of the registry for too long',
  CRYPTO_UNAVAILABLE: 'this runtime has no Ed25519 in its WebCrypto',
} as const

export type SigningCode = keyof typeof SIGNING_CODES

const MARKER: unique symbol = Symbol.for('beddel.signing.error') as never

/** What the signing functions throw. Tell them apart by `code`. */
export class SigningError extends Error {
  override readonly name = 'SigningError'
  readonly [MARKER] = true

  constructor(
    readonly code: SigningCode,
    message: string = SIGNING_CODES[code],
    readonly details: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause })
  }

  /** True for a SigningError of any copy of this package. */
  static isInstance(value: unknown): value is SigningError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[MARKER] === true
  }
}

/** What went wrong, where it was a SigningError; anything else goes on. */
export function signingErrorOf(error: unknown): SigningError {
  if (SigningError.isInstance(error)) return error
  throw error
}
