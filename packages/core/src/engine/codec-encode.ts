import { toBase64 } from './base64.js'
import type { Encoded, EncodeProblem } from './codec.js'
import { HostWindows } from './host-windows.js'
import {
  bareArray,
  bareObject,
  bigintToString,
  bufferLength,
  Ctor,
  dataViewBuffer,
  dataViewLength,
  dataViewOffset,
  dateValue,
  getPrototypeOf,
  hasOwn,
  indexOf,
  isArray,
  isInternalError,
  isPrototypeOf,
  isView,
  jsonStringify,
  mapForEach,
  mapGet,
  mapHas,
  mapSet,
  mapSize,
  objectIs,
  objectKeys,
  regexpFlags,
  regexpSource,
  setAdd,
  setForEach,
  setSize,
  slice,
  typedArrayBuffer,
  typedArrayLength,
  typedArrayOffset,
  typedArrayTag,
} from './primordials.js'

export const MAX_DEPTH = 200
/** Entries in one value that is not plain; objects and arrays in one that is. */
export const MAX_NODES = 1_000_000
/**
 * Objects and arrays in one value of a guest's. V8's young generation holds half a million small ones at most, and copies those that
 * live in one pause: 990 000 empty arrays took 115 ms, half of them 30 to 60 ms (`measure-slices.mjs`).
 */
export const MAX_OBJECTS_OF_GUEST = 500_000
/**
 * What the lengths of a value's arrays with holes may come to: few characters stand for many elements there, and
 * whoever makes and walks them on the other side would run out of memory or stand still.
 */
export const MAX_SPARSE_LENGTH = 1_000_000

/**
 * Different keys in one value of a guest's. What the host's thread stands still for, however little is read at a time, goes with
 * them: the table of one object with 350 000, which is made anew at once where it grows, took 120 ms and more, and so did the
 * collector's pause over 250 000 objects of a key each.
 */
export const MAX_KEYS = 150_000

/** Characters of all regular expressions in one value: whoever reads it compiles them, and some take long. */
export const MAX_REGEXP_LENGTH = 4_096

/** Characters of a path that is shown whole. */
const MAX_PATH = 120

type Slot = unknown
const UNDEFINED = tag('u')
const NAN = tag('n')
const PLUS_INFINITY = tag('+')
const MINUS_INFINITY = tag('-')
const MINUS_ZERO = tag('z')
/** A cause that is null, where JSON's null says that there is none. */
const NULL_CAUSE = tag('N')

/** Any transferable value as the JSON of its nodes. Bytes that alone are over `maxBytes` are refused before they become text. */
export function encodeTagged(root: unknown, name: string, maxBytes: number, ofGuest = true): Encoded {
  const nodes = bareArray<Slot>()
  const indexes = new Ctor.Map<object, number>()
  let problem: EncodeProblem | undefined
  let count = 0
  let sparse = 0
  let regexps = 0
  let windows: HostWindows | undefined

  const refuse = (path: string, what: string, kind: EncodeProblem['kind'] = 'type'): Slot => {
    problem ??= { kind, path: shortened(path), what }
    return null
  }

  const slot = (value: unknown, path: string, depth: number): Slot => {
    if (problem !== undefined) return null
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value
      case 'number':
        if (value !== value) return NAN
        if (value === Infinity) return PLUS_INFINITY
        if (value === -Infinity) return MINUS_INFINITY
        return objectIs(value, -0) ? MINUS_ZERO : value
      case 'undefined':
        return UNDEFINED
      case 'bigint':
        return tag('b', bigintToString(value, 16))
      case 'function':
        return refuse(path, 'a function does not cross')
      case 'symbol':
        return refuse(path, 'a symbol does not cross')
      case 'object':
        return value === null ? null : reference(value, path, depth)
    }
  }

  const reference = (value: object, path: string, depth: number): Slot => {
    if (mapHas(indexes, value)) return tag(mapGet(indexes, value) as number)
    if (depth > MAX_DEPTH) return refuse(path, `nested more than ${MAX_DEPTH} deep`, 'size')
    const index = nodes.length
    if (ofGuest && index >= MAX_OBJECTS_OF_GUEST) return refuse(path, `more than ${MAX_OBJECTS_OF_GUEST} objects and arrays`, 'size')
    // Reserve the place before the children are walked: a cycle finds it.
    nodes[index] = null
    mapSet(indexes, value, index)
    nodes[index] = node(value, path, depth + 1)
    return tag(index)
  }

  const bump = (path: string): boolean => {
    if (++count <= MAX_NODES) return false
    refuse(path, `more than ${MAX_NODES} entries`, 'size')
    return true
  }

  const node = (value: object, path: string, depth: number): Slot => {
    try {
      return isArray(value) ? arrayNode(value, path, depth) : objectNode(value, path, depth)
    } catch (error) {
      if (isInternalError(error)) throw error
      // Far down it is the walk itself that ran out of stack, on an engine with a small one.
      if (depth > MAX_DEPTH / 2) return refuse(path, 'nested more deeply than this engine can walk', 'size')
      return refuse(path, 'reading it threw (a proxy or a getter)')
    }
  }

  const arrayNode = (value: unknown[], path: string, depth: number): Slot => {
    const length = value.length
    const out = tag('a')
    for (let i = 0; i < length && problem === undefined; i++) {
      if (bump(path)) return null
      if (!hasOwn(value, i)) return sparseNode(value, length, path, depth)
      out[out.length] = slot(value[i], `${path}[${i}]`, depth)
    }
    return out
  }

  const sparseNode = (value: unknown[], length: number, path: string, depth: number): Slot => {
    if ((sparse += length) > MAX_SPARSE_LENGTH) return refuse(path, `an array with holes, ${length} long`, 'size')
    const out = tag('s', length)
    for (let i = 0; i < length && problem === undefined; i++) {
      if (!hasOwn(value, i)) continue
      if (bump(path)) return null
      out[out.length] = i
      out[out.length] = slot(value[i], `${path}[${i}]`, depth)
    }
    return out
  }

  const known = new Ctor.Set<string>()
  const addKey = (key: string): number => {
    setAdd(known, key)
    return setSize(known)
  }

  const properties = (out: Slot[], value: object, path: string, depth: number, without?: Record<string, true>) => {
    const keys = objectKeys(value)
    for (let i = 0; i < keys.length && problem === undefined; i++) {
      const key = keys[i] as string
      if (without !== undefined && without[key] === true) continue
      if (bump(path)) return
      if (ofGuest && addKey(key) > MAX_KEYS) return void refuse(path, `more than ${MAX_KEYS} different keys`, 'size')
      out[out.length] = key
      out[out.length] = slot((value as Record<string, unknown>)[key], member(path, key), depth)
    }
  }

  const objectNode = (value: object, path: string, depth: number): Slot => {
    if (isPrototypeOf(Ctor.Error.prototype, value)) return errorNode(value as Error, path, depth)
    if (isView(value)) return viewNode(value, path, depth)
    const brand = brandOf(value)
    switch (brand) {
      case 'date':
        return tag('d', finite(dateValue(value)))
      case 'regexp': {
        const source = regexpSource(value) as string
        if ((regexps += source.length) > MAX_REGEXP_LENGTH) {
          return refuse(path, `regular expressions of more than ${MAX_REGEXP_LENGTH} characters together`, 'size')
        }
        return tag('r', source, regexpFlags(value))
      }
      case 'map': {
        const out = tag('m')
        let at = 0
        mapForEach(value, (v: unknown, k: unknown) => {
          if (problem !== undefined || bump(path)) return
          out[out.length] = slot(k, `${path}.key(${at})`, depth)
          out[out.length] = slot(v, `${path}.value(${at++})`, depth)
        })
        return out
      }
      case 'set': {
        const out = tag('S')
        let at = 0
        setForEach(value, (v: unknown) => {
          if (problem !== undefined || bump(path)) return
          out[out.length] = slot(v, `${path}.item(${at++})`, depth)
        })
        return out
      }
      case 'buffer':
        if (bufferLength(value) > maxBytes)
          return refuse(path, `${bufferLength(value)} bytes, the limit is ${maxBytes} units encoded`, 'size')
        return tag('B', toBase64(new Ctor.Uint8Array(value as ArrayBuffer), bufferLength(value)))
      case 'other':
        return refuse(path, 'this kind of object does not cross')
      case 'plain': {
        const out = tag(getPrototypeOf(value) === null ? 'O' : 'o')
        properties(out, value, path, depth)
        return out
      }
    }
  }

  const errorNode = (value: Error, path: string, depth: number): Slot => {
    const { name, message, stack } = value as { name: unknown; message: unknown; stack: unknown }
    const out = tag('e', text(name, 'Error'), text(message, ''), ofGuest ? text(stack, '') : '')
    out[out.length] = hasOwn(value, 'cause') ? (slot(value.cause, `${path}.cause`, depth) ?? NULL_CAUSE) : null
    const errors = hasOwn(value, 'errors') ? (value as unknown as { errors: unknown }).errors : undefined
    out[out.length] = isArray(errors) ? slot(errors, `${path}.errors`, depth) : null
    properties(out, value, path, depth, ERROR_FIELDS)
    return out
  }

  const viewNode = (value: object, path: string, depth: number): Slot => {
    const kind = typedArrayTag(value)
    const isData = kind === undefined
    const buffer: object = isData ? dataViewBuffer(value) : typedArrayBuffer(value)
    if (!isArrayBuffer(buffer)) return refuse(path, 'a view of shared memory does not cross')
    const offset = isData ? dataViewOffset(value) : typedArrayOffset(value)
    const length = isData ? dataViewLength(value) : typedArrayLength(value)
    if (!ofGuest && (value as ArrayBufferView).byteLength < bufferLength(buffer)) {
      windows ??= new HostWindows()
      return windows.add(value as ArrayBufferView, tag('v', kind ?? 'DataView', null, offset, length))
    }
    return tag('v', kind ?? 'DataView', reference(buffer, `${path}.buffer`, depth), offset, length)
  }

  const rootSlot = slot(root, name, 0)
  windows?.settle(
    (buffer) => (mapHas(indexes, buffer) ? tag(mapGet(indexes, buffer) as number) : undefined),
    (length, bytes) => {
      if (length > maxBytes) return refuse(`${name}.buffer`, `${length} bytes, the limit is ${maxBytes} units encoded`, 'size')
      nodes[nodes.length] = tag('B', toBase64(bytes(), length))
      return tag(nodes.length - 1)
    },
  )
  if (problem !== undefined) return { text: undefined, problem }
  const out = bareArray<Slot>()
  out[0] = rootSlot
  for (let i = 0; i < nodes.length; i++) out[i + 1] = nodes[i]
  return { text: jsonStringify(out), problem: undefined }
}

const ERROR_FIELDS = bareObject<true>()
for (const field of ['name', 'message', 'stack', 'cause', 'errors']) ERROR_FIELDS[field] = true

function tag(...parts: unknown[]): unknown[] {
  const out = bareArray<unknown>()
  for (let i = 0; i < parts.length; i++) out[i] = parts[i]
  return out
}

const finite = (value: number): number | null => (value === value ? value : null)

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? (value.length > 16_384 ? slice(value, 0, 16_384) : value) : otherwise
}

function member(path: string, key: string): string {
  if (path.length > 400) return path
  const short = key.length > 40 ? `${slice(key, 0, 40)}…` : key
  return indexOf(short, '.') < 0 && indexOf(short, ' ') < 0 && short !== '' ? `${path}.${short}` : `${path}[${jsonStringify(short)}]`
}

/** A path to a place far down, without its middle. */
function shortened(path: string): string {
  return path.length > MAX_PATH ? `${slice(path, 0, MAX_PATH / 2)}…${slice(path, path.length - MAX_PATH / 4)}` : path
}

type Brand = 'date' | 'regexp' | 'map' | 'set' | 'buffer' | 'plain' | 'other'

/** By internal slot, so that neither a prototype nor a `Symbol.toStringTag` can lie about it. */
function brandOf(value: object): Brand {
  const proto = getPrototypeOf(value)
  if (proto === Ctor.Object.prototype || proto === null) return 'plain'
  if (answers(dateValue, value)) return 'date'
  if (answers(mapSize, value)) return 'map'
  if (answers(setSize, value)) return 'set'
  if (isArrayBuffer(value)) return 'buffer'
  // `source` of RegExp.prototype itself is '(?:)' and not a throw, hence the own lastIndex.
  if (hasOwn(value, 'lastIndex') && answers(regexpSource, value)) return 'regexp'
  return isOpaque(value) ? 'other' : 'plain'
}

function answers(method: (value: unknown) => unknown, value: object): boolean {
  try {
    method(value)
    return true
  } catch {
    return false
  }
}

const isArrayBuffer = (value: object): boolean => answers(bufferLength, value)

const BOXES = ['Number', 'String', 'Boolean', 'Symbol', 'BigInt']
/** Objects whose state is not in their properties: an empty object on the other side would be a lie. */
const OPAQUE = bareArray<object>()
for (const name of ['Promise', 'WeakMap', 'WeakSet', 'WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', ...BOXES]) {
  const ctor = (globalThis as unknown as Record<string, { prototype: object } | undefined>)[name]
  if (ctor !== undefined) OPAQUE[OPAQUE.length] = ctor.prototype
}
// Where the global Promise is somebody's subclass, the language's own promises are none of it.
OPAQUE[OPAQUE.length] = getPrototypeOf((async () => {})()) as object

function isOpaque(value: object): boolean {
  for (let i = 0; i < OPAQUE.length; i++) if (isPrototypeOf(OPAQUE[i] as object, value)) return true
  return false
}
