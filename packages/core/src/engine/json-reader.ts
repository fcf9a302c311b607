import { MAX_DEPTH } from './codec-encode.js'

type Container = { array: unknown[]; object?: undefined } | { object: Record<string, unknown>; array?: undefined }

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/**
 * Reads JSON a piece at a time: as strict as `JSON.parse` and several times slower, but whoever calls `read` may do
 * something else in between. Only for the host, which may not stand still over a text that a guest made.
 */
export class JsonReader {
  value: unknown
  readonly #stack: Container[] = []
  #at: number
  /** The key that waits for its value. */
  #key: string | undefined

  constructor(
    readonly text: string,
    from = 0,
  ) {
    this.#at = from
  }

  /** Reads up to `count` values more; `true` when all is read. Throws for what is no JSON, or nested too deeply. */
  read(count: number): boolean {
    for (let i = 0; i < count; i++) if (this.#one()) return true
    return false
  }

  /** Reads one value, or begins one that has contents. */
  #one(): boolean {
    const { text } = this
    const c = text[this.#skip()]
    if (c === '[' || c === '{') {
      if (this.#stack.length > MAX_DEPTH) throw new SyntaxError('nested too deeply')
      this.#at++
      const made: Container = c === '[' ? { array: [] } : { object: {} }
      this.#put(made.array ?? made.object)
      this.#stack.push(made)
      if (text[this.#skip()] === (c === '[' ? ']' : '}')) return this.#close()
      if (made.object !== undefined) this.#readKey()
      return false
    }
    this.#put(this.#scalar(c))
    return this.#afterValue()
  }

  /** Past a comma to the next value, or out of what ends here. */
  #afterValue(): boolean {
    for (;;) {
      const top = this.#stack.at(-1)
      const c = this.text[this.#skip()]
      if (top === undefined) {
        if (c !== undefined) throw new SyntaxError('more than one value')
        return true
      }
      if (c === ',') {
        this.#at++
        if (top.object !== undefined) this.#readKey()
        return false
      }
      if (c !== (top.array === undefined ? '}' : ']')) throw new SyntaxError('a comma is missing')
      this.#at++
      this.#stack.pop()
    }
  }

  #close(): boolean {
    this.#at++
    this.#stack.pop()
    return this.#afterValue()
  }

  #put(value: unknown): void {
    const top = this.#stack.at(-1)
    if (top === undefined) this.value = value
    else if (top.array !== undefined) top.array.push(value)
    else if (this.#key === '__proto__') {
      Object.defineProperty(top.object, this.#key, { value, writable: true, enumerable: true, configurable: true })
    } else top.object[this.#key as string] = value
  }

  #readKey(): void {
    if (this.text[this.#skip()] !== '"') throw new SyntaxError('a key is missing')
    this.#key = this.#string()
    if (this.text[this.#skip()] !== ':') throw new SyntaxError('a colon is missing')
    this.#at++
  }

  #scalar(c: string | undefined): unknown {
    switch (c) {
      case '"':
        return this.#string()
      case 't':
        return this.#word('true', true)
      case 'f':
        return this.#word('false', false)
      case 'n':
        return this.#word('null', null)
      default: {
        NUMBER.lastIndex = this.#at
        const found = NUMBER.exec(this.text)
        if (found === null) throw new SyntaxError('a value is missing')
        this.#at = NUMBER.lastIndex
        return Number(found[0])
      }
    }
  }

  #word(word: string, value: unknown): unknown {
    if (!this.text.startsWith(word, this.#at)) throw new SyntaxError('an unknown word')
    this.#at += word.length
    return value
  }

  /** Strings are `JSON.parse`'s own work; here they are only cut out. */
  #string(): string {
    const { text } = this
    let end = this.#at
    do {
      end = text.indexOf('"', end + 1)
      if (end < 0) throw new SyntaxError('a string does not end')
    } while (isEscaped(text, end))
    const raw = text.slice(this.#at, end + 1)
    this.#at = end + 1
    return JSON.parse(raw) as string
  }

  /** To the next character that is no white space. */
  #skip(): number {
    const { text } = this
    for (;;) {
      const c = text.charCodeAt(this.#at)
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return this.#at
      this.#at++
    }
  }
}

function isEscaped(text: string, quote: number): boolean {
  let from = quote
  while (text.charCodeAt(from - 1) === 0x5c) from--
  return (quote - from) % 2 === 1
}
