import { Ctor } from '../engine/primordials.js'

/** What the host's own URL parser is asked, and answers: strings only. */
export interface UrlRequest {
  href?: string
  base?: string
  set?: [part: string, value: string]
  query?: string
  pairs?: [string, string][]
}
export interface UrlAnswer {
  error?: string
  parts?: Record<string, string>
  pairs?: [string, string][]
  text?: string
}

const PARTS = ['href', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash']

/** `URL` and `URLSearchParams`, parsed and serialised by the host: its parser is not shipped into each cell. */
export function urlClasses(ask: (request: UrlRequest) => UrlAnswer): { URL: unknown; URLSearchParams: unknown } {
  class URLSearchParams {
    #pairs: [string, string][] = []
    #changed: (() => void) | undefined
    constructor(init?: unknown) {
      if (init === undefined || init === null) return
      if (typeof init === 'string') this.#pairs = ask({ query: init }).pairs ?? []
      else if (init instanceof URLSearchParams) this.#pairs = init.#pairs.map(([k, v]) => [k, v])
      else if (Ctor.Array.isArray(init)) for (const pair of init) this.append(pair[0], pair[1])
      else for (const key of Object.keys(init)) this.append(key, (init as Record<string, unknown>)[key])
    }
    static linked(query: string, changed: () => void): URLSearchParams {
      const params = new URLSearchParams(query)
      params.#changed = changed
      return params
    }
    append(name: unknown, value: unknown): void {
      this.#pairs.push([String(name), String(value)])
      this.#changed?.()
    }
    delete(name: unknown): void {
      this.#pairs = this.#pairs.filter(([k]) => k !== String(name))
      this.#changed?.()
    }
    get(name: unknown): string | null {
      return this.#pairs.find(([k]) => k === String(name))?.[1] ?? null
    }
    getAll(name: unknown): string[] {
      return this.#pairs.filter(([k]) => k === String(name)).map(([, v]) => v)
    }
    has(name: unknown): boolean {
      return this.#pairs.some(([k]) => k === String(name))
    }
    set(name: unknown, value: unknown): void {
      const at = this.#pairs.findIndex(([k]) => k === String(name))
      if (at < 0) this.#pairs.push([String(name), String(value)])
      else {
        this.#pairs = this.#pairs.filter(([k], i) => i === at || k !== String(name))
        ;(this.#pairs[at] as [string, string])[1] = String(value)
      }
      this.#changed?.()
    }
    sort(): void {
      this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      this.#changed?.()
    }
    get size(): number {
      return this.#pairs.length
    }
    forEach(fn: (value: string, key: string, params: URLSearchParams) => void): void {
      for (const [k, v] of this.#pairs) fn(v, k, this)
    }
    *entries(): IterableIterator<[string, string]> {
      for (const [k, v] of this.#pairs) yield [k, v]
    }
    *keys(): IterableIterator<string> {
      for (const [k] of this.#pairs) yield k
    }
    *values(): IterableIterator<string> {
      for (const [, v] of this.#pairs) yield v
    }
    [Symbol.iterator](): IterableIterator<[string, string]> {
      return this.entries()
    }
    toString(): string {
      return ask({ pairs: this.#pairs }).text ?? ''
    }
  }
  const { linked } = URLSearchParams
  delete (URLSearchParams as { linked?: unknown }).linked

  class URL {
    #parts: Record<string, string>
    #params: URLSearchParams
    constructor(url: unknown, base?: unknown) {
      const request: UrlRequest = { href: String(url) }
      if (base !== undefined) request.base = String(base as string)
      const answer = ask(request)
      if (answer.parts === undefined) {
        const error = new Ctor.TypeError('Invalid URL') as TypeError & { code: string; input: string }
        error.code = 'ERR_INVALID_URL'
        error.input = String(url)
        throw error
      }
      this.#parts = answer.parts
      this.#params = this.#link()
    }
    #link(): URLSearchParams {
      return linked(this.#parts.search as string, () => {
        const text = this.#params.toString()
        this.#parts = ask({ href: this.#parts.href as string, set: ['search', text] }).parts ?? this.#parts
      })
    }
    static canParse(url: unknown, base?: unknown): boolean {
      try {
        new URL(url, base)
        return true
      } catch {
        return false
      }
    }
    static parse(url: unknown, base?: unknown): URL | null {
      try {
        return new URL(url, base)
      } catch {
        return null
      }
    }
    get origin(): string {
      return this.#parts.origin as string
    }
    get searchParams(): URLSearchParams {
      return this.#params
    }
    toString(): string {
      return this.#parts.href as string
    }
    toJSON(): string {
      return this.#parts.href as string
    }
    static part(url: URL, name: string, value?: string): string {
      if (value === undefined) return url.#parts[name] as string
      const answer = ask({ href: url.#parts.href as string, set: [name, value] })
      if (answer.parts === undefined) throw new Ctor.TypeError('Invalid URL')
      url.#parts = answer.parts
      url.#params = url.#link()
      return ''
    }
  }
  const { part } = URL
  delete (URL as { part?: unknown }).part
  for (const name of PARTS) {
    Object.defineProperty(URL.prototype, name, {
      get(this: URL) {
        return part(this, name)
      },
      set(this: URL, value: unknown) {
        part(this, name, String(value))
      },
      enumerable: true,
      configurable: true,
    })
  }
  return { URL, URLSearchParams }
}
