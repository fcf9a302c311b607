import { MAX_DEPTH, MAX_KEYS } from './codec-encode.js'

/** An array or an object whose end has not been read. */
interface Open {
  /** Absent for an array. */
  object: Record<string, unknown> | undefined
  /** The key that waits for its value. */
  key: string
  /** The elements of a long array. */
  array: unknown[] | undefined
  /** Where the elements of a short one begin in the reader's own list. */
  start: number
}

/** Elements of a short array. */
const SHORT = 64

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/**
 * Reads JSON a piece at a time: as strict as `JSON.parse` and several times slower, but whoever calls `read` may do
 * something else in between. Only for the host, which may not stand still over a text that a guest made.
 */
export class JsonReader {
  value: unknown
  readonly #open: Open[] = []
  /** All different ones so far: a guest of ours sends no more of them than its encoder lets through. */
  readonly #keys = new Set<string>()
  #depth = 0
  /**
   * Elements of the short arrays that are open. An array that grows element by element has room for 17 with its first;
   * one that is cut out of this list has its size.
   */
  readonly #elements: unknown[] = []
  #count = 0
  #at: number

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
      if (this.#depth > MAX_DEPTH) throw new SyntaxError('nested too deeply')
      this.#at++
      this.#begin(c === '{')
      if (text[this.#skip()] === (c === '[' ? ']' : '}')) {
        this.#end()
        return this.#afterValue()
      }
      if (c === '{') this.#readKey()
      return false
    }
    this.#put(this.#scalar(c))
    return this.#afterValue()
  }

  #begin(isObject: boolean): void {
    const open = (this.#open[this.#depth++] ??= { object: undefined, key: '', array: undefined, start: 0 })
    open.object = isObject ? {} : undefined
    open.array = undefined
    open.start = this.#count
  }

  /** Past the bracket that ends the innermost value. */
  #end(): void {
    this.#at++
    const { object, array, start } = this.#open[--this.#depth] as Open
    const value = object ?? array ?? this.#elements.slice(start, this.#count)
    this.#count = start
    this.#put(value)
  }

  /** Past a comma to the next value, or out of what ends here. */
  #afterValue(): boolean {
    for (;;) {
      const c = this.text[this.#skip()]
      if (this.#depth === 0) {
        if (c !== undefined) throw new SyntaxError('more than one value')
        return true
      }
      const isObject = this.#open[this.#depth - 1]?.object !== undefined
      if (c === ',') {
        this.#at++
        if (isObject) this.#readKey()
        return false
      }
      if (c !== (isObject ? '}' : ']')) throw new SyntaxError('a comma is missing')
      this.#end()
    }
  }

  #put(value: unknown): void {
    const open = this.#depth === 0 ? undefined : (this.#open[this.#depth - 1] as Open)
    if (open === undefined) this.value = value
    else if (open.object !== undefined) putMember(open.object, open.key, value)
    else if (open.array !== undefined) open.array.push(value)
    else {
      this.#elements[this.#count++] = value
      if (this.#count - open.start > SHORT) {
        open.array = this.#elements.slice(open.start, this.#count)
        this.#count = open.start
      }
    }
  }

  #readKey(): void {
    if (this.text[this.#skip()] !== '"') throw new SyntaxError('a key is missing')
    const key = this.#string()
    if (this.text[this.#skip()] !== ':') throw new SyntaxError('a colon is missing')
    this.#at++
    const open = this.#open[this.#depth - 1] as Open
    if (this.#keys.add(key).size > MAX_KEYS) throw new SyntaxError('too many different keys')
    open.key = key
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
        if (!NUMBER.test(this.text)) throw new SyntaxError('a value is missing')
        const from = this.#at
        this.#at = NUMBER.lastIndex
        return Number(this.text.slice(from, this.#at))
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

function putMember(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
  else object[key] = value
}

function isEscaped(text: string, quote: number): boolean {
  let from = quote
  while (text.charCodeAt(from - 1) === 0x5c) from--
  return (quote - from) % 2 === 1
}
