import type { Bytes } from './bytes.js'
import { toHex } from './bytes.js'
import { SigningError } from './codes.js'

export const ED25519 = 'Ed25519'

/** A key of WebCrypto, as much of it as is looked at: neither DOM types nor Node's are needed to use this package. */
export interface WebCryptoKey {
  readonly type: string
  readonly extractable: boolean
  readonly algorithm: { readonly name: string }
}

/** As much of WebCrypto as is used. */
export interface Subtle {
  importKey(format: 'raw' | 'pkcs8', bytes: Bytes, algorithm: string, extractable: boolean, usages: string[]): Promise<WebCryptoKey>
  exportKey(format: 'raw', key: WebCryptoKey): Promise<ArrayBuffer>
  exportKey(format: 'jwk', key: WebCryptoKey): Promise<{ x?: string; d?: string }>
  generateKey(algorithm: string, extractable: boolean, usages: string[]): Promise<{ publicKey: WebCryptoKey; privateKey: WebCryptoKey }>
  sign(algorithm: string, key: WebCryptoKey, message: Bytes): Promise<ArrayBuffer>
  verify(algorithm: string, key: WebCryptoKey, signature: Bytes, message: Bytes): Promise<boolean>
  digest(algorithm: string, bytes: Bytes): Promise<ArrayBuffer>
}

/** WebCrypto, the same in Node, workers and pages. A page has it only where it came over HTTPS or from localhost. */
export function subtle(): Subtle {
  const found = (globalThis as unknown as { crypto?: { subtle?: Subtle } }).crypto?.subtle
  if (found === undefined) throw new SigningError('CRYPTO_UNAVAILABLE', 'There is no WebCrypto here. In a page it needs a secure context.')
  return found
}

/** The algorithm may be missing where WebCrypto is not. */
export async function withEd25519<T>(work: (crypto: Subtle) => Promise<T>): Promise<T> {
  try {
    return await work(subtle())
  } catch (error) {
    if ((error as { name?: unknown } | null)?.name !== 'NotSupportedError') throw error
    throw new SigningError('CRYPTO_UNAVAILABLE', undefined, {}, error)
  }
}

export async function sha256(bytes: Bytes): Promise<string> {
  return toHex(new Uint8Array(await subtle().digest('SHA-256', bytes)))
}
