import { charCodeAt, Ctor, fromCharCode } from './primordials.js'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
let digits: Uint8Array | undefined

/** Made when first needed: most cells never decode bytes. */
function digitTable(): Uint8Array {
  if (digits !== undefined) return digits
  digits = new Ctor.Uint8Array(128)
  for (let i = 0; i < 128; i++) digits[i] = 255
  for (let i = 0; i < 64; i++) digits[charCodeAt(ALPHABET, i)] = i
  return digits
}

/** Base64 with padding. Written out because QuickJS has no helper for bytes and guests can replace the ones of V8. */
export function toBase64(bytes: Uint8Array, length: number): string {
  let out = ''
  for (let i = 0; i < length; i += 3) {
    const a = bytes[i] as number
    const b = i + 1 < length ? (bytes[i + 1] as number) : 0
    const c = i + 2 < length ? (bytes[i + 2] as number) : 0
    out += fromCharCode(
      charCodeAt(ALPHABET, a >> 2),
      charCodeAt(ALPHABET, ((a & 3) << 4) | (b >> 4)),
      i + 1 < length ? charCodeAt(ALPHABET, ((b & 15) << 2) | (c >> 6)) : 61,
      i + 2 < length ? charCodeAt(ALPHABET, c & 63) : 61,
    )
  }
  return out
}

/** The bytes, or `undefined` where the text is no base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  const length = text.length
  if (length % 4 !== 0) return undefined
  let padding = 0
  if (length > 0 && charCodeAt(text, length - 1) === 61) padding = charCodeAt(text, length - 2) === 61 ? 2 : 1
  const bytes = new Ctor.Uint8Array((length / 4) * 3 - padding)
  const digitOf = digitTable()
  let at = 0
  for (let i = 0; i < length; i += 4) {
    let word = 0
    for (let j = 0; j < 4; j++) {
      const code = charCodeAt(text, i + j)
      const isPad = code === 61 && i + j >= length - padding
      const digit = isPad ? 0 : code < 128 ? (digitOf[code] as number) : 255
      if (digit === 255) return undefined
      word = (word << 6) | digit
    }
    bytes[at++] = word >> 16
    if (at < bytes.length) bytes[at++] = word >> 8
    if (at < bytes.length) bytes[at++] = word
  }
  return bytes
}
