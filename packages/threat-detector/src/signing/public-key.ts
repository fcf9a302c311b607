import { oneOf } from '@beddel/core'
import { type Bytes, concat, fromBase64, fromBase64Url, toBase64Url, toHex } from './bytes.js'
import { publicKeyProblem } from './check-points.js'
import { SIGNING_CODES, SigningError } from './codes.js'
import { readPem, toPem } from './pem.js'
import { ED25519, sha256, subtle, type WebCryptoKey, withEd25519 } from './web-crypto.js'

/** How a key is written: `pem` as OpenSSL does (SubjectPublicKeyInfo, PKCS #8), `raw` as 32 bytes (RFC 8032), `jwk` (RFC 8037). */
export type KeyFormat = keyof KeyForms

/** What a key is in each format. */
export interface KeyForms {
  pem: string
  raw: Uint8Array
  jwk: Jwk
}

/** An Ed25519 key as RFC 8037 has it. */
export interface Jwk {
  kty?: string
  crv?: string
  /** The public key, base64url. */
  x?: string
  /** The private key, base64url. */
  d?: string
  [other: string]: unknown
}

/** A public key in any form: PEM, JWK (also as JSON), 32 bytes (also as base64), a WebCrypto key, or a file's bytes of one of these. */
export type PublicKeyInput = string | Uint8Array | Jwk | WebCryptoKey

/** A public key that was checked. */
export interface PublicKey {
  /** SHA-256, hex, of the 32 bytes. */
  keyId: string
  raw: Bytes
  verifier: WebCryptoKey
}

/** SubjectPublicKeyInfo of an Ed25519 key, up to its 32 bytes. */
const SPKI = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00)

/** Keys that were checked: the arithmetic takes a millisecond or two, and the same few keys come again and again. */
const checked = new Map<string, Promise<PublicKey>>()
const KEPT = 256

/** Reads and checks a public key; throws a {@link SigningError} with a code that begins with `KEY_`. */
export async function readPublicKey(input: PublicKeyInput): Promise<PublicKey> {
  const raw = await rawPublicKey(input)
  const hex = toHex(raw)
  const known = checked.get(hex)
  if (known !== undefined) return known
  const made = check(raw)
  // A hostile caller must not fill the memory; the oldest goes first.
  if (checked.size >= KEPT) checked.delete(checked.keys().next().value as string)
  checked.set(hex, made)
  made.catch(() => checked.delete(hex))
  return made
}

/** The same public key in another form; PEM unless told otherwise. */
export async function exportPublicKey<F extends KeyFormat = 'pem'>(input: PublicKeyInput, format?: F): Promise<KeyForms[F]> {
  const { raw } = await readPublicKey(input)
  const forms: { [Form in KeyFormat]: () => KeyForms[Form] } = {
    pem: () => toPem('PUBLIC KEY', concat(SPKI, raw)),
    raw: () => raw.slice(),
    jwk: () => ({ kty: 'OKP', crv: ED25519, x: toBase64Url(raw) }),
  }
  return forms[formatOf(format)]() as KeyForms[F]
}

/** PEM where nothing is said. */
export function formatOf(given: KeyFormat | undefined): KeyFormat {
  return oneOf('format', given, ['pem', 'raw', 'jwk']) ?? 'pem'
}

/** SHA-256, hex, of the key's 32 bytes: the name under which signatures and registries know it. */
export async function keyIdOf(input: PublicKeyInput): Promise<string> {
  return (await readPublicKey(input)).keyId
}

async function check(raw: Bytes): Promise<PublicKey> {
  const problem = publicKeyProblem(raw)
  if (problem !== undefined) throw new SigningError(problem, `The public key is refused: ${SIGNING_CODES[problem]}.`)
  const verifier = await withEd25519((crypto) => crypto.importKey('raw', raw, ED25519, true, ['verify']))
  return { keyId: await sha256(raw), raw, verifier }
}

async function rawPublicKey(input: PublicKeyInput): Promise<Bytes> {
  if (typeof input === 'string') return fromText(input)
  if (input instanceof Uint8Array) return input.length === 32 ? Uint8Array.from(input) : fromText(new TextDecoder().decode(input))
  if (typeof input !== 'object' || input === null) throw unreadable('is no key')
  if (!('algorithm' in input)) return fromJwk(input)
  const key = input as WebCryptoKey
  if (key.algorithm.name !== ED25519 || key.type !== 'public') throw unreadable(`is a ${key.type} key for ${key.algorithm.name}`)
  return new Uint8Array(await subtle().exportKey('raw', key))
}

function fromText(text: string): Bytes {
  const trimmed = text.trim()
  const pem = readPem(trimmed)
  if (pem !== undefined) return fromSpki(pem)
  if (trimmed.startsWith('{')) return fromJwk(parsedJwk(trimmed))
  const raw = fromBase64(trimmed)
  if (raw?.length !== 32) throw unreadable('is neither PEM nor JWK nor 32 bytes')
  return raw
}

function fromSpki({ label, bytes }: { label: string; bytes: Bytes | undefined }): Bytes {
  if (label.includes('PRIVATE KEY')) throw unreadable('is a private one: keep it to yourself and give the public one')
  if (label !== 'PUBLIC KEY') throw unreadable(`is a PEM block of something else: ${label}`)
  if (bytes?.length !== SPKI.length + 32 || !SPKI.every((byte, i) => bytes[i] === byte)) throw unreadable('is no Ed25519 key')
  return bytes.slice(SPKI.length)
}

function fromJwk({ kty, crv, x }: Jwk): Bytes {
  if (kty !== 'OKP' || crv !== ED25519) throw unreadable('is a JWK, but not with kty "OKP" and crv "Ed25519"')
  const raw = fromBase64Url(x)
  if (raw?.length !== 32) throw unreadable('is a JWK whose x is not base64url of 32 bytes')
  return raw
}

/** Says nothing of where the text is wrong: the parser's words would quote a private key. */
export function parsedJwk(text: string): Jwk {
  try {
    return JSON.parse(text) as Jwk
  } catch {
    throw new SigningError('KEY_FORMAT', 'The key looks like a JWK, but is no JSON.')
  }
}

const unreadable = (what: string): SigningError => new SigningError('KEY_FORMAT', `The public key ${what}.`)
