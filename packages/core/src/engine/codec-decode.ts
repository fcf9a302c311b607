import { fromBase64 } from './base64.js'
import type { Decoded } from './codec.js'
import { MAX_SPARSE_LENGTH } from './codec-encode.js'
import { bareArray, bareObject, Ctor, defineProperty, isArray, mapSet, reflectSet, setAdd, slice } from './primordials.js'

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

class Malformed {}
const bad = (): never => {
  throw new Malformed()
}

/** The value behind a parsed `1t` text. Every part is checked: the text may come from a hostile process. */
export function decodeTagged(raw: unknown): Decoded {
  try {
    if (!isArray(raw) || raw.length === 0) bad()
    const table = raw as Raw
    const made = bareArray<unknown>()
    const done = bareArray<boolean>()
    const todo = bareArray<number>()
    let sparse = 0

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
          return []
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

    const fill = (index: number): void => {
      const n = table[index + 1] as Raw
      const target = made[index]
      switch (n[0]) {
        case 'a':
          for (let i = 1; i < n.length; i++) own(target, i - 1, slot(n[i]))
          return
        case 's':
          for (let i = 2; i + 1 < n.length; i += 2) {
            const at = number(n[i])
            if (!(at >= 0 && at < (n[1] as number))) bad()
            own(target, at, slot(n[i + 1]))
          }
          return
        case 'o':
        case 'O':
          pairs(target, n, 1)
          return
        case 'm':
          for (let i = 1; i + 1 < n.length; i += 2) mapSet(target, slot(n[i]), slot(n[i + 1]))
          return
        case 'S':
          for (let i = 1; i < n.length; i++) setAdd(target, slot(n[i]))
          return
        case 'e':
          if (n[4] !== null) hidden(target as object, 'cause', slot(n[4]))
          if (n[5] !== null) hidden(target as object, 'errors', slot(n[5]))
          pairs(target, n, 6)
          return
        default:
          return
      }
    }

    const pairs = (target: unknown, n: Raw, from: number): void => {
      for (let i = from; i + 1 < n.length; i += 2) own(target, string(n[i]), slot(n[i + 1]))
    }

    const value = slot(table[0])
    for (let i = 0; i < todo.length; i++) fill(todo[i] as number)
    return { ok: true, value }
  } catch {
    return { ok: false, what: 'malformed value' }
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
