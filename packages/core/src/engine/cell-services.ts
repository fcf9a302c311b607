import { toBase64 } from './base64.js'

interface UrlRequest {
  href?: string
  base?: string
  set?: [part: string, value: string]
  query?: string
  pairs?: [string, string][]
}

/**
 * What `web: true` borrows from the process in which the cell lives: its URL parser and its randomness. Text in, text
 * out; a request that makes no sense gets an empty answer.
 */
export function serve(name: string, text: string): string {
  try {
    switch (name) {
      case 'uuid':
        return crypto.randomUUID()
      case 'random': {
        const bytes = new Uint8Array(Math.min(65_536, Math.max(0, Number(text) || 0)))
        crypto.getRandomValues(bytes)
        return toBase64(bytes, bytes.length)
      }
      case 'url':
        return JSON.stringify(url(JSON.parse(text) as UrlRequest))
      default:
        return ''
    }
  } catch {
    return '{}'
  }
}

function url(request: UrlRequest): Record<string, unknown> {
  if (request.query !== undefined) return { pairs: [...new URLSearchParams(request.query)] }
  if (request.pairs !== undefined) return { text: new URLSearchParams(request.pairs).toString() }
  if (!URL.canParse(request.href ?? '', request.base)) return { error: 'invalid' }
  const parsed = new URL(request.href ?? '', request.base)
  const settable = ['href', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash']
  if (request.set !== undefined && settable.includes(request.set[0])) {
    ;(parsed as unknown as Record<string, string>)[request.set[0]] = request.set[1]
  }
  const parts: Record<string, string> = { origin: parsed.origin }
  for (const part of settable) parts[part] = (parsed as unknown as Record<string, string>)[part] as string
  return { parts }
}
