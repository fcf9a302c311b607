import { checkKeys } from '@beddel/core'
import { toBase64 } from './bytes.js'
import { signatureProblem } from './check-points.js'
import { SIGNING_CODES, SigningError } from './codes.js'
import { type PrivateKeyInput, publicKeyOf, readPrivateKey } from './private-key.js'
import { type PublicKeyInput, readPublicKey } from './public-key.js'
import type { CodeSignature } from './signature-file.js'
import { signedMessage, type StatementInput, statementOf } from './statement.js'
import { ED25519, withEd25519 } from './web-crypto.js'

export interface SignOptions extends StatementInput {
  privateKey: PrivateKeyInput
  /** Needed where the private key is a WebCrypto key that cannot be extracted; elsewhere it is made from the private one. */
  publicKey?: PublicKeyInput
}

const KEYS = ['privateKey', 'publicKey', 'effect', 'version', 'notBefore', 'notAfter']

/** Signs a source and what is stated of it. The signature is verified before it is given out. */
export async function signCode(code: string, options: SignOptions): Promise<CodeSignature> {
  checkKeys(options, KEYS, 'sign options')
  const { privateKey, publicKey, ...stated } = options
  const key = await readPrivateKey(privateKey)
  const { raw, verifier } = await readPublicKey(publicKey ?? (await publicKeyOf(key)))
  const statement = await statementOf(code, raw, stated)
  const message = signedMessage(code, statement)
  const bytes = new Uint8Array(await withEd25519((crypto) => crypto.sign(ED25519, key, message)))
  // A public key that is not the private one's, or a fault while signing: either would give the private key away.
  if (signatureProblem(bytes) !== undefined || !(await withEd25519((crypto) => crypto.verify(ED25519, verifier, bytes, message)))) {
    throw new SigningError('KEY_MISMATCH', `The public key does not verify what the private key signs: ${SIGNING_CODES.KEY_MISMATCH}.`)
  }
  return { ...statement, signature: toBase64(bytes) }
}
