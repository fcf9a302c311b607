import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, KeyObject, sign, verify } from 'node:crypto'
import { AuditError } from './audit-error.js'

/** A key as PEM text or as Node's own object. */
export type KeyInput = string | KeyObject

/** A public key of a checkpoint: its SPKI in DER, in base64url. */
export type PublicKeyText = string

/** A pair for {@link AuditLogOptions.key} and `trustedKeys`, as PEM. */
export function generateAuditKey(): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  return { privateKey, publicKey }
}

export function privateKeyOf(given: KeyInput): KeyObject {
  return checked('private', () => (given instanceof KeyObject ? given : createPrivateKey(given)))
}

/** A public key from PEM, from a key object (a private one's own), or from what a checkpoint has. */
export function publicKeyOf(given: KeyInput): KeyObject {
  return checked('public', () => {
    if (given instanceof KeyObject) return given.type === 'private' ? createPublicKey(given) : given
    if (given.includes('-----BEGIN')) return createPublicKey(given)
    return createPublicKey({ key: Buffer.from(given, 'base64url'), format: 'der', type: 'spki' })
  })
}

export function publicKeyText(key: KeyObject): PublicKeyText {
  return publicKeyOf(key).export({ type: 'spki', format: 'der' }).toString('base64url')
}

/** How a key is named for people: the beginning of the SHA-256 of its SPKI. */
export function keyName(key: PublicKeyText): string {
  return hash('sha256', Buffer.from(key, 'base64url'), 'hex').slice(0, 16)
}

export function signText(text: string, key: KeyObject): string {
  return sign(null, Buffer.from(text), key).toString('base64url')
}

/** False for whatever is no signature of this text by this key. */
export function signatureHolds(text: string, signature: string, key: PublicKeyText): boolean {
  try {
    return verify(null, Buffer.from(text), publicKeyOf(key), Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}

function checked(type: 'private' | 'public', read: () => KeyObject): KeyObject {
  let key: KeyObject
  try {
    key = read()
  } catch (error) {
    throw new AuditError('AUDIT_KEY', `The ${type} key cannot be read: PEM or a KeyObject is needed`, {}, error)
  }
  if (key.type !== type || key.asymmetricKeyType !== 'ed25519') {
    throw new AuditError('AUDIT_KEY', `A ${type} Ed25519 key is needed, got ${key.type} ${key.asymmetricKeyType ?? ''}`)
  }
  return key
}
