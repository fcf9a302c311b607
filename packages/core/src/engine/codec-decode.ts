import { fromBase64 } from './base64.js'
import type { Decoded } from './codec.js'
import { MAX_REGEXP_LENGTH, MAX_SPARSE_LENGTH } from './codec-encode.js'
import { bareArray, bareObject, Ctor, defineProperty, isArray, isInternalError, mapSet, reflectSet, setAdd, slice } from './primordials.js'

type Raw = unknown[]

type ViewCtor = new (buffer: ArrayBuffer, offset: number, length: number) => object

/** Captured: what a guest puts in the place of `Uint8Array` later is not what bytes are decoded with. */
const Views = bareObject<ViewCtor | undefined>()
const VIEW_NAMES =
  'Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array Float64Array BigInt64Array BigUint64Array DataView'
for (const name of VIEW_NAMES.split(' ')) Views[name] = (globalThis as unknown as Record<string, ViewCtor | undefined>)[name]
const ERROR_NAMES = ['EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'] as const
const ERRORS = bareObject<new (message: string) => Error>()
for (const name of ERROR_NAMES) ERRORS[name] = Ctor[name]

/** Where a node's entries begin, and how many places each takes. */
const LAYOUTS = bareObject<{ from: number; size: 1 | 2 } | undefined>()
LAYOUTS.a = LAYOUTS.S = { from: 1, size: 1 }
LAYOUTS.o = LAYOUTS.O = LAYOUTS.m = { from: 1, size: 2 }
LAYOUTS.s = { from: 2, size: 2 }
LAYOUTS.e = { from: 6, size: 2 }

class Malformed {}
const bad = (): never => {
  throw new Malformed()
}

/** The value behind a parsed `1t` text. Every part is checked: the text may come from a hostile process. */
export function decodeTagged(raw: unknown): Decoded {
  return taggedDecoder(raw)(Number.POSITIVE_INFINITY) as Decoded
}

/** As {@link decodeTagged} in steps: each call fills so many entries more, and answers when all are filled. */
export function taggedDecoder(raw: unknown): (entries: number) => Decoded | undefined {
  const malformed: Decoded = { ok: false, what: 'malformed value' }
  try {
    if (!isArray(raw) || raw.length === 0) bad()
    const table = raw as Raw
    const made = bareArray<unknown>()
    const done = bareArray<boolean>()
    const todo = bareArray<number>()
    let sparse = 0
    let regexps = 0

    const slot = (s: unknown): unknown => {
      if (typeof s !== 'object' || s === null) return s
      const tagged = s as Raw
      if (!isArray(s)) return bad()
      const head = tagged[0]
      if (typeof head === 'number') return node(head)
      switch (head) {
        case 'u':
          return undefined
        case 'n':
          return NaN
        case '+':
          return Infinity
        case '-':
          return -Infinity
        case 'z':
          return -0
        case 'N':
          return null
        case 'b': {
          const hex = string(tagged[1])
          return hex[0] === '-' ? -Ctor.BigInt(`0x${slice(hex, 1)}`) : Ctor.BigInt(`0x${hex}`)
        }
        default:
          return bad()
      }
    }

    // Shells first, contents later and from a list: cycles close, and depth costs no stack.
    const node = (index: number): unknown => {
      if (!(index >= 0 && index < table.length - 1 && index % 1 === 0)) return bad()
      if (done[index] !== true) {
        done[index] = true
        made[index] = shell(table[index + 1] as Raw)
        todo[todo.length] = index
      }
      return made[index]
    }

    const shell = (n: Raw): unknown => {
      if (!isArray(n)) return bad()
      switch (n[0]) {
        case 'a':
          // An array that grows element by element has room for 17 with its first.
          return n.length <= 65 ? new Ctor.Array(n.length - 1) : []
        case 's': {
          const length = n[1]
          if (typeof length !== 'number' || !(length >= 0 && (sparse += length) <= MAX_SPARSE_LENGTH)) return bad()
          return new Ctor.Array(length)
        }
        case 'o':
          return {}
        case 'O':
          return bareObject()
        case 'd':
          return new Ctor.Date(n[1] === null ? NaN : number(n[1]))
        case 'r':
          if ((regexps += string(n[1]).length) > MAX_REGEXP_LENGTH) return bad()
          return new Ctor.RegExp(string(n[1]), string(n[2]))
        case 'm':
          return new Ctor.Map()
        case 'S':
          return new Ctor.Set()
        case 'B':
          return (fromBase64(string(n[1])) ?? bad()).buffer
        case 'v': {
          const view = Views[string(n[1])] ?? bad()
          const ref = n[2]
          const buffer = isArray(ref) && typeof ref[0] === 'number' ? bufferOf(ref[0]) : bad()
          return new view(buffer, number(n[3]), number(n[4]))
        }
        case 'e': {
          const name = string(n[1])
          const error = withoutFrames(ERRORS[name] ?? Ctor.Error, string(n[2]))
          if (error.name !== name) hidden(error, 'name', name)
          hidden(error, 'stack', string(n[3]) || `${name}: ${string(n[2])}`)
          return error
        }
        default:
          return bad()
      }
    }

    // A view needs its buffer at once; only a buffer node will do, so this cannot run in a circle.
    const bufferOf = (index: number): ArrayBuffer => {
      const n = table[index + 1]
      return isArray(n) && n[0] === 'B' ? (node(index) as ArrayBuffer) : bad()
    }

    /** Puts the entry of `n` that begins at `i` into its target. */
    const put = (target: unknown, n: Raw, i: number): void => {
      switch (n[0]) {
        case 'a':
          return own(target, i - 1, slot(n[i]))
        case 's': {
          const at = number(n[i])
          if (!(at >= 0 && at < (n[1] as number))) bad()
          return own(target, at, slot(n[i + 1]))
        }
        case 'm':
          mapSet(target, slot(n[i]), slot(n[i + 1]))
          return
        case 'S':
          setAdd(target, slot(n[i]))
          return
        default:
          return own(target, string(n[i]), slot(n[i + 1]))
      }
    }

    const value = slot(table[0])
    let current = 0
    let at = 0
    return (entries) => {
      try {
        let left = entries
        for (; current < todo.length; current++, at = 0) {
          const index = todo[current] as number
          const n = table[index + 1] as Raw
          const layout = LAYOUTS[n[0] as string]
          if (layout === undefined) continue
          const target = made[index]
          if (at === 0) {
            at = layout.from
            if (n[0] === 'e') {
              if (n[4] !== null) hidden(target as object, 'cause', slot(n[4]))
              if (n[5] !== null) hidden(target as object, 'errors', slot(n[5]))
            }
          }
          for (; at + layout.size <= n.length; at += layout.size) {
            if (left-- <= 0) return undefined
            put(target, n, at)
          }
        }
        return { ok: true, value }
      } catch (error) {
        if (error === null || isInternalError(error)) throw error
        return malformed
      }
    }
  } catch (error) {
    if (error === null || isInternalError(error)) throw error
    return () => malformed
  }
}

/** The stack is the sender's; collecting one here would take most of the time. */
function withoutFrames(ctor: new (message: string) => Error, message: string): Error {
  const limit = Ctor.Error.stackTraceLimit
  // Not an assignment: that would throw where the host has frozen its intrinsics.
  reflectSet(Ctor.Error, 'stackTraceLimit', 0)
  try {
    return new ctor(message)
  } finally {
    reflectSet(Ctor.Error, 'stackTraceLimit', limit)
  }
}

/** Always an own property: no setter of a prototype, and no `__proto__`, gets in between. */
function own(target: unknown, key: PropertyKey, value: unknown): void {
  // Where no prototype has the key, none can get in between, and writing is several times as fast as defining.
  if (!(key in (target as object))) {
    ;(target as Record<PropertyKey, unknown>)[key] = value
    return
  }
  defineProperty(target as object, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
    __proto__: null,
  } as PropertyDescriptor)
}

function hidden(target: object, key: string, value: unknown): void {
  defineProperty(target, key, { value, writable: true, enumerable: false, configurable: true, __proto__: null } as PropertyDescriptor)
}

const string = (value: unknown): string => (typeof value === 'string' ? value : bad())
const number = (value: unknown): number => (typeof value === 'number' ? value : bad())
