import { fromBase64, toBase64 } from '../engine/base64.js'
import { charCodeAt, Ctor, fromCharCode, slice } from '../engine/primordials.js'
import { define } from './globals.js'

function invalidCharacter(message: string): Error {
  const error = new Ctor.Error(message)
  define('name', 'InvalidCharacterError', error)
  return error
}

export function btoa(value: unknown): string {
  const text = `${value as string}`
  const bytes = new Ctor.Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = charCodeAt(text, i)
    if (code > 255) throw invalidCharacter('btoa takes characters up to U+00FF only')
    bytes[i] = code
  }
  return toBase64(bytes, bytes.length)
}

export function atob(value: unknown): string {
  const given = `${value as string}`
  let text = ''
  for (let i = 0; i < given.length; i++) {
    const code = charCodeAt(given, i)
    if (code !== 32 && code !== 9 && code !== 10 && code !== 12 && code !== 13) text += given[i] as string
  }
  // Padding may be left out, as the standard has it.
  if (text.length % 4 === 2) text += '=='
  else if (text.length % 4 === 3) text += '='
  const bytes = fromBase64(text)
  if (bytes === undefined) throw invalidCharacter('The text is not base64')
  let out = ''
  for (let i = 0; i < bytes.length; i++) out += fromCharCode(bytes[i] as number)
  return slice(out, 0)
}
