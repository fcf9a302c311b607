/**
 * Text as QuickJS takes it: UTF-8 in which a lone surrogate is its own three bytes (WTF-8). JavaScript strings may hold
 * lone surrogates, and they have to come through unchanged.
 */
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function toBytes(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text)
  const bytes = new Uint8Array(text.length * 3)
  let at = 0
  for (const char of text) {
    const code = char.codePointAt(0) as number
    if (code >= 0xd800 && code <= 0xdfff) {
      bytes[at++] = 0xe0 | (code >> 12)
      bytes[at++] = 0x80 | ((code >> 6) & 0x3f)
      bytes[at++] = 0x80 | (code & 0x3f)
    } else at += encoder.encodeInto(char, bytes.subarray(at)).written
  }
  return bytes.subarray(0, at)
}

export function fromBytes(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    return withSurrogates(bytes)
  }
}

/** Decodes the well-formed stretches between surrogates, which are `ed a0..bf xx`. */
function withSurrogates(bytes: Uint8Array): string {
  let text = ''
  let from = 0
  for (let i = 0; i + 2 < bytes.length; i++) {
    const second = bytes[i + 1] as number
    if (bytes[i] !== 0xed || second < 0xa0 || second > 0xbf) continue
    text += decoder.decode(bytes.subarray(from, i))
    text += String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | ((bytes[i + 2] as number) & 0x3f))
    from = i + 3
    i += 2
  }
  return text + decoder.decode(bytes.subarray(from))
}
