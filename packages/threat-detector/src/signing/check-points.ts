import { coordinates, decodePoint, isNeutral, L, multiply, P } from './curve.js'
import { littleEndian } from './bytes.js'
import type { SigningCode } from './codes.js'

/** The y of the points whose order divides 8; x may have either sign. `tests/signing-curve.test.ts` multiplies them out. */
export const LOW_ORDER_Y: readonly bigint[] = [
  0n,
  1n,
  P - 1n,
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
]

/** What is wrong with 32 bytes as a public key, before any runtime sees them: runtimes differ in what they let pass. */
export function publicKeyProblem(raw: Uint8Array): SigningCode | undefined {
  if (raw.length !== 32) return 'KEY_FORMAT'
  const { y } = coordinates(raw)
  if (LOW_ORDER_Y.includes(y % P)) return 'KEY_LOW_ORDER'
  if (y >= P) return 'KEY_NOT_CANONICAL'
  const point = decodePoint(raw)
  if (point === undefined) return 'KEY_NOT_ON_CURVE'
  return isNeutral(multiply(point, L)) ? undefined : 'KEY_MIXED_ORDER'
}

/** What is wrong with the bytes of a signature (R, then S), whatever it signs. */
export function signatureProblem(signature: Uint8Array): SigningCode | undefined {
  if (signature.length !== 64) return 'SIGNATURE_LENGTH'
  if (littleEndian(signature.subarray(32)) >= L) return 'SIGNATURE_MALLEABLE'
  const { y } = coordinates(signature.subarray(0, 32))
  if (LOW_ORDER_Y.includes(y % P)) return 'SIGNATURE_LOW_ORDER'
  return y >= P ? 'SIGNATURE_NOT_CANONICAL' : undefined
}
