import { type Bytes, concat, fromBase64Url } from './bytes.js'
import { SigningError } from './codes.js'
import { readPem, toPem } from './pem.js'
import {
  exportPublicKey,
  formatOf,
  type Jwk,
  type KeyFormat,
  type KeyForms,
  parsedJwk,
  type PublicKeyInput,
  readPublicKey,
} from './public-key.js'
import { ED25519, subtle, type WebCryptoKey, withEd25519 } from './web-crypto.js'

/** A private key in any form: PEM (PKCS #8, not encrypted), JWK (also as JSON), the 32 bytes of its seed, a WebCrypto key, or a file's bytes of one of these. */
export type PrivateKeyInput = PublicKeyInput

/** A pair of keys in one form. */
export interface KeyPair<K = string> {
  /** SHA-256, hex, of the public key's 32 bytes. */
  keyId: string
  publicKey: K
  privateKey: K
}

/** PKCS #8 of an Ed25519 key, up to the 32 bytes of its seed. */
const PKCS8 = Uint8Array.of(0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20)

/** A new key. PEM unless told otherwise; OpenSSL reads it. */
export async function generateKeyPair<F extends KeyFormat = 'pem'>(format?: F): Promise<KeyPair<KeyForms[F]>> {
  const { publicKey, privateKey } = await withEd25519((crypto) => crypto.generateKey(ED25519, true, ['sign', 'verify']))
  const { keyId } = await readPublicKey(publicKey)
  return { keyId, publicKey: await exportPublicKey(publicKey, format), privateKey: await exportPrivateKey(privateKey, format) }
}

/** The same private key in another form; PEM unless told otherwise. */
export async function exportPrivateKey<F extends KeyFormat = 'pem'>(input: PrivateKeyInput, format?: F): Promise<KeyForms[F]> {
  const { d, x } = await exported(await readPrivateKey(input))
  const seed = fromBase64Url(d) as Bytes
  const forms: { [Form in KeyFormat]: () => KeyForms[Form] } = {
    pem: () => toPem('PRIVATE KEY', concat(PKCS8, seed)),
    raw: () => seed,
    jwk: () => ({ kty: 'OKP', crv: ED25519, x, d }),
  }
  return forms[formatOf(format)]() as KeyForms[F]
}

/** The public key of a private one; PEM unless told otherwise. */
export async function publicKeyOf<F extends KeyFormat = 'pem'>(input: PrivateKeyInput, format?: F): Promise<KeyForms[F]> {
  const { x } = await exported(await readPrivateKey(input))
  return exportPublicKey({ kty: 'OKP', crv: ED25519, x }, format)
}

/** Reads a private key for signing; throws a {@link SigningError}. */
export async function readPrivateKey(input: PrivateKeyInput): Promise<WebCryptoKey> {
  if (typeof input === 'string') return fromText(input)
  if (input instanceof Uint8Array) return input.length === 32 ? fromPkcs8(concat(PKCS8, input)) : fromText(new TextDecoder().decode(input))
  if (typeof input !== 'object' || input === null) throw unreadable('is no key')
  if (!('algorithm' in input)) return fromJwk(input)
  const key = input as WebCryptoKey
  if (key.algorithm.name !== ED25519 || key.type !== 'private') throw unreadable(`is a ${key.type} key for ${key.algorithm.name}`)
  return key
}

async function fromText(text: string): Promise<WebCryptoKey> {
  const trimmed = text.trim()
  if (trimmed.startsWith('{')) return fromJwk(parsedJwk(trimmed))
  const { label, bytes } = readPem(trimmed) ?? {}
  if (label === 'ENCRYPTED PRIVATE KEY') throw unreadable('is encrypted. Decrypt it first: openssl pkey -in key.pem -out plain.pem')
  if (label === 'PUBLIC KEY') throw unreadable('is a public one: to sign takes the private one')
  if (label !== 'PRIVATE KEY' || bytes === undefined) throw unreadable('is neither PEM (PKCS #8) nor JWK nor 32 bytes')
  return fromPkcs8(bytes)
}

async function fromPkcs8(bytes: Bytes): Promise<WebCryptoKey> {
  try {
    return await withEd25519((crypto) => crypto.importKey('pkcs8', bytes, ED25519, true, ['sign']))
  } catch (error) {
    if (SigningError.isInstance(error)) throw error
    throw unreadable('is no Ed25519 key', error)
  }
}

/** A JWK may say one public key and mean another; to sign with both would give the private one away. */
async function fromJwk({ kty, crv, d, x }: Jwk): Promise<WebCryptoKey> {
  if (kty !== 'OKP' || crv !== ED25519) throw unreadable('is a JWK, but not with kty "OKP" and crv "Ed25519"')
  const seed = fromBase64Url(d)
  if (seed?.length !== 32)
    throw unreadable(d === undefined ? 'is a public JWK: it has no d' : 'is a JWK whose d is not base64url of 32 bytes')
  const key = await fromPkcs8(concat(PKCS8, seed))
  if (x !== undefined && x !== (await exported(key)).x) throw new SigningError('KEY_MISMATCH', 'The x of the JWK does not belong to its d.')
  return key
}

async function exported(key: WebCryptoKey): Promise<{ x: string; d: string }> {
  if (!key.extractable) throw unreadable('cannot be extracted: give its public key too')
  return (await subtle().exportKey('jwk', key)) as { x: string; d: string }
}

const unreadable = (what: string, cause?: unknown): SigningError => new SigningError('KEY_FORMAT', `The private key ${what}.`, {}, cause)
