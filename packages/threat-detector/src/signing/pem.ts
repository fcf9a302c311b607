import { type Bytes, fromBase64, toBase64 } from './bytes.js'

/** The first block of a PEM text; `bytes` is absent where it is none that can be read. */
export function readPem(text: string): { label: string; bytes: Bytes | undefined } | undefined {
  const [, label, body] = /-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]*)-----END \1-----/.exec(text) ?? []
  return label === undefined ? undefined : { label, bytes: fromBase64(body?.replace(/\s+/g, '')) }
}

export function toPem(label: string, bytes: Uint8Array): string {
  const lines = toBase64(bytes).match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
