/** Bytes that WebCrypto takes: not over shared memory. */
export type Bytes = Uint8Array<ArrayBuffer>

const UTF8 = new TextEncoder()

export const utf8 = (text: string): Bytes => UTF8.encode(text)

export const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

export const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

export const toBase64Url = (bytes: Uint8Array): string => toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

/** The bytes, or `undefined` where the text is not the one way of writing them. For keys and signatures: short texts. */
export function fromBase64(text: unknown): Bytes | undefined {
  if (typeof text !== 'string' || text.length > 1024) return undefined
  let binary: string
  try {
    binary = atob(text)
  } catch {
    return undefined
  }
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0))
  return toBase64(bytes) === text ? bytes : undefined
}

/** As {@link fromBase64}, for the alphabet of JWK. */
export function fromBase64Url(text: unknown): Bytes | undefined {
  if (typeof text !== 'string' || !/^[\w-]*$/.test(text)) return undefined
  const standard = text.replaceAll('-', '+').replaceAll('_', '/')
  return fromBase64(standard.padEnd(Math.ceil(standard.length / 4) * 4, '='))
}

export function concat(a: Uint8Array, b: Uint8Array): Bytes {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

/** A number written with its lowest byte first. */
export const littleEndian = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(Uint8Array.from(bytes).reverse()) || '0'}`)
