import { toBase64 } from './base64.js'
import { jsonParse, jsonStringify } from './primordials.js'
import { uuidFrom } from './uuid.js'

interface UrlRequest {
  href?: string
  base?: string
  set?: [part: string, value: string]
  query?: string
  pairs?: [string, string][]
}

const SETTABLE = ['href', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'] as const

/**
 * What `web: true` borrows from around the cell: its URL parser and its randomness. Text in, text out; a request that
 * makes no sense gets an empty answer. Captures what it needs when it is called, so that it may serve in a guest's own
 * realm.
 */
export function cellServices(): (name: string, text: string) => string {
  const {
    crypto,
    URL: Url,
    URLSearchParams: Params,
    Uint8Array: Bytes,
    Math: { min, max },
  } = globalThis

  const url = (request: UrlRequest): Record<string, unknown> => {
    const { href = '', base, set, query, pairs } = request
    if (query !== undefined) return { pairs: [...new Params(query)] }
    if (pairs !== undefined) return { text: new Params(pairs).toString() }
    if (!Url.canParse(href, base)) return { error: 'invalid' }
    const parsed = new Url(href, base)
    const parts: Record<string, string> = { origin: parsed.origin }
    for (let i = 0; i < SETTABLE.length; i++) {
      const part = SETTABLE[i] as 'href'
      if (set?.[0] === part) parsed[part] = set[1]
    }
    for (let i = 0; i < SETTABLE.length; i++) parts[SETTABLE[i] as string] = parsed[SETTABLE[i] as 'href']
    return { parts }
  }

  return (name, text) => {
    try {
      switch (name) {
        case 'uuid':
          return uuidFrom((bytes) => crypto.getRandomValues(bytes))
        case 'random': {
          const bytes = new Bytes(min(65_536, max(0, +text || 0)))
          crypto.getRandomValues(bytes)
          return toBase64(bytes, bytes.length)
        }
        case 'url':
          return jsonStringify(url(jsonParse(text) as UrlRequest))
        default:
          return ''
      }
    } catch {
      return '{}'
    }
  }
}

let ours: ReturnType<typeof cellServices> | undefined

/** {@link cellServices} of this realm. */
export const serve = (name: string, text: string): string => (ours ??= cellServices())(name, text)
