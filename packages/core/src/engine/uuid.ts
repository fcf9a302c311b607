import { Ctor } from './primordials.js'

/** A random UUID from the bytes that `fill` puts into an array. */
export function uuidFrom(fill: (bytes: Uint8Array<ArrayBuffer>) => unknown): string {
  const bytes = new Ctor.Uint8Array(16)
  fill(bytes)
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  const digits = '0123456789abcdef'
  let text = ''
  for (let i = 0; i < 16; i++) {
    const byte = bytes[i] as number
    text += `${i === 4 || i === 6 || i === 8 || i === 10 ? '-' : ''}${digits[byte >> 4]}${digits[byte & 15]}`
  }
  return text
}

/** A random UUID. Pages that did not come over a secure connection have no `crypto.randomUUID`. */
export function uuid(): string {
  const { randomUUID } = crypto as { randomUUID?: () => string }
  return randomUUID === undefined ? uuidFrom((bytes) => crypto.getRandomValues(bytes)) : randomUUID.call(crypto)
}
