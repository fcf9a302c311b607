import { isNativeError, isProxy } from 'node:util/types'
import { intrinsicName } from '../intrinsics.js'
import { GETTER, methodsOf } from '../shared/shapes.js'

/**
 * What a value looks like, as JSON: to be compared, hashed and painted again in another thread. Data is itself or a tagged array;
 * functions and promises are named by whoever keeps them. Nothing of the guest's or host's is called to make it but `entries` of
 * a Map or Set that the legacy engine shows through a proxy: properties are read by their descriptors, so no getter runs.
 */
export type Portrait = string | number | boolean | null | [tag: string, ...parts: unknown[]]

export interface Sitting {
  /** The name of a function or promise, by which the painter knows it. */
  nameOf?(value: object, path: readonly string[]): string | undefined
  /** Whether methods and getters of an object's class belong to it, as they do when a host gives it to a guest. */
  members?: boolean
}

export interface Drawn {
  portrait: Portrait
  /** Functions or promises are in it. */
  live: boolean
  /** What could not be read, by path. */
  blind: { path: string; what: string }[]
}

/** Larger values are not looked at: whoever asked is told by a {@link TooLarge}. */
export const MAX_NODES = 10_000
const MAX_DEPTH = 100
const MAX_BYTES = 1 << 18

export class TooLarge extends Error {}

/** Draws a value. Throws {@link TooLarge}. */
export function draw(value: unknown, sitting: Sitting = {}, root = 'value'): Drawn {
  const seen = new Map<object, number>()
  const drawn: Drawn = { portrait: null, live: false, blind: [] }
  let nodes = 0

  const blind = (path: readonly string[], what: string): Portrait => {
    drawn.blind.push({ path: pathText(root, path), what })
    return ['x', what]
  }

  const one = (value: unknown, path: readonly string[]): Portrait => {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0) ? value : ['n', Object.is(value, -0) ? '-0' : String(value)]
      case 'undefined':
        return ['u']
      case 'bigint':
        return ['b', String(value)]
      case 'symbol':
        return ['y']
      default:
        return value === null ? null : object(value as object, path)
    }
  }

  const object = (value: object, path: readonly string[]): Portrait => {
    const known = seen.get(value)
    if (known !== undefined) return ['@', known]
    if (++nodes > MAX_NODES || path.length > MAX_DEPTH) throw new TooLarge(`More than ${MAX_NODES} objects, or deeper than ${MAX_DEPTH}`)
    const name = isProxy(value) ? undefined : intrinsicName(value)
    if (name !== undefined) return ['i', name]
    seen.set(value, seen.size)
    if (typeof value === 'function') {
      drawn.live = true
      return ['f', sitting.nameOf?.(value, path) ?? '', nameOfFunction(value), properties(value, path)]
    }
    if (Array.isArray(value)) return ['a', items(value, path)]
    return special(value, path) ?? plain(value, path)
  }

  const special = (value: object, path: readonly string[]): Portrait | undefined => {
    if (value instanceof Promise) {
      drawn.live = true
      return ['p', sitting.nameOf?.(value, path) ?? '']
    }
    try {
      if (value instanceof Date) return ['d', dateOf(Number(isProxy(value) ? value.getTime() : Date.prototype.getTime.call(value)))]
      if (value instanceof RegExp) return ['r', String(value.source), String(value.flags)]
      if (value instanceof Error || isNativeError(value)) return errorOf(value, path)
      if (value instanceof Map)
        return ['M', [...limited(value.entries())].map(([k, v]) => [one(k, [...path, '(key)']), one(v, [...path, '(value)'])])]
      if (value instanceof Set) return ['S', [...limited(value.values())].map((item) => one(item, [...path, '(item)']))]
      if (value instanceof ArrayBuffer || ArrayBuffer.isView(value) || value instanceof TYPED) return bytes(value, path)
      if (value instanceof Number || value instanceof String || value instanceof Boolean) return ['w', one(value.valueOf(), path)]
    } catch (error) {
      if (error instanceof TooLarge) throw error
      return blind(path, 'cannot be read')
    }
    return undefined
  }

  const plain = (value: object, path: readonly string[]): Portrait => {
    const own = properties(value, path)
    const methods = sitting.members === true && !isProxy(value) ? methodsOf(value) : undefined
    if (methods === undefined) return ['o', own]
    drawn.live = true
    const named = [...methods].map(([key, fn]) => [key, sitting.nameOf?.(fn, [...path, key.replace(GETTER, '')]) ?? ''])
    return ['o', own, named]
  }

  const properties = (value: object, path: readonly string[]): [string, Portrait][] => {
    const found: [string, Portrait][] = []
    for (const key of Reflect.ownKeys(value)) {
      if (typeof key !== 'string') continue
      if (++nodes > MAX_NODES) throw new TooLarge(`More than ${MAX_NODES} properties`)
      const at = [...path, key]
      const descriptor = Reflect.getOwnPropertyDescriptor(value, key)
      if (descriptor?.enumerable !== true) continue
      found.push([key, 'value' in descriptor ? one(descriptor.value, at) : blind(at, 'is a getter')])
    }
    return found
  }

  const items = (value: readonly unknown[], path: readonly string[]): Portrait[] => {
    const length = Number(value.length)
    if ((nodes += length) > MAX_NODES) throw new TooLarge(`More than ${MAX_NODES} elements`)
    return Array.from({ length }, (_, i): Portrait => {
      const descriptor = Reflect.getOwnPropertyDescriptor(value, String(i))
      if (descriptor === undefined) return ['h']
      const at = [...path, String(i)]
      return 'value' in descriptor ? one(descriptor.value, at) : blind(at, 'is a getter')
    })
  }

  const errorOf = (value: Error, path: readonly string[]): Portrait => {
    const own = properties(value, path).filter(([key]) => key !== 'stack' && key !== 'name' && key !== 'message')
    return ['e', text(read(value, 'name')), text(read(value, 'message')), own]
  }

  const bytes = (value: object, path: readonly string[]): Portrait => {
    const view = value as Uint8Array
    if (!isProxy(value)) {
      const plain = value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
      if (plain.length > MAX_BYTES) throw new TooLarge(`More than ${MAX_BYTES} bytes`)
      return ['B', typedName(value), Buffer.from(plain.buffer, plain.byteOffset, plain.length).toString('base64')]
    }
    if (!(value instanceof Uint8Array)) return blind(path, 'is binary data that the legacy engine does not show')
    if (value.length > MAX_NODES) throw new TooLarge(`More than ${MAX_NODES} elements`)
    return ['B', 'Uint8Array', Buffer.from(Array.from({ length: value.length }, (_, i) => Number(value[i]))).toString('base64')]
  }

  const limited = function* <T>(from: Iterable<T>): Generator<T> {
    for (const item of from) {
      if (++nodes > MAX_NODES) throw new TooLarge(`More than ${MAX_NODES} entries`)
      yield item
    }
  }

  drawn.portrait = one(value, [])
  return drawn
}

const TYPED = Object.getPrototypeOf(Uint8Array) as new () => object
/** JSON has no NaN. */
const dateOf = (ms: number): number | string => (Number.isNaN(ms) ? 'NaN' : ms)
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const nameOfFunction = (value: object): string => text(Reflect.getOwnPropertyDescriptor(value, 'name')?.value)

/** A Buffer is one of these too, and crosses as one. */
function typedName(value: object): string {
  if (value instanceof Uint8Array && !(value instanceof Uint8ClampedArray)) return 'Uint8Array'
  return Object.prototype.toString.call(value).slice(8, -1)
}

/** A property by the descriptors of an object and what it inherits from: no getter is called. */
export function read(value: object, key: string): unknown {
  let at: object | null = value
  for (let depth = 0; at !== null && depth < 16; depth++) {
    const found = Reflect.getOwnPropertyDescriptor(at, key)
    if (found !== undefined) return found.value
    at = Reflect.getPrototypeOf(at)
  }
  return undefined
}

export function pathText(root: string, path: readonly string[]): string {
  return path.reduce(
    (text, key) =>
      /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `${text}.${key}` : `${text}[${/^\d+$/.test(key) ? key : JSON.stringify(key)}]`,
    root,
  )
}

/** `number`, `Array(3)`, `Map(2)`; an error's class. */
export function typeOf(portrait: Portrait): string {
  if (portrait === null) return 'null'
  if (!Array.isArray(portrait)) return typeof portrait
  const [tag, first, second] = portrait
  const count = Array.isArray(first) ? first.length : 0
  switch (tag) {
    case 'u':
      return 'undefined'
    case 'n':
      return 'number'
    case 'b':
      return 'bigint'
    case 'y':
      return 'symbol'
    case 'f':
      return 'function'
    case 'p':
      return 'Promise'
    case 'd':
      return 'Date'
    case 'r':
      return 'RegExp'
    case 'e':
      return String(first) || 'Error'
    case 'a':
      return `Array(${count})`
    case 'M':
      return `Map(${count})`
    case 'S':
      return `Set(${count})`
    case 'B':
      return `${String(first)}(${Buffer.byteLength(String(second), 'base64')} bytes)`
    case 'i':
      return String(first)
    case 'x':
      return 'unknown'
    default:
      return 'Object'
  }
}
