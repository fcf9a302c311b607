/**
 * The wire codec: one value, one string, the same on both sides of every boundary.
 *
 *   `1j` + JSON            a plain JSON value (no shared references, no -0, …): the fast way
 *   `1t` + JSON [node, …]  anything else; node 0 is the root
 *
 * In the tagged form a *slot* is a JSON primitive, which stands for itself, or an array: `[n]` is node n, `["u"]`
 * undefined, `["n"]` NaN, `["+"]`/`["-"]` the infinities, `["z"]` -0, `["b", hex]` a bigint, `["N"]` an error's cause
 * that is null. A *node* is an array that begins with its tag. Data never stands where a tag is read, so data cannot forge one.
 */
import { decodeTagged } from './codec-decode.js'
import { encodeTagged, MAX_DEPTH, MAX_KEYS, MAX_NODES, MAX_OBJECTS_OF_GUEST } from './codec-encode.js'
import {
  ArrayPrototype,
  Ctor,
  getPrototypeOf,
  hasOwn,
  isArray,
  isInternalError,
  jsonParse,
  jsonStringify,
  ObjectPrototype,
  objectKeys,
  setAdd,
  setForEach,
  setHas,
  setSize,
  slice,
} from './primordials.js'

/** Why a value cannot be encoded. `kind: 'size'` is a limit, `kind: 'type'` a value that does not cross. */
export interface EncodeProblem {
  kind: 'type' | 'size'
  /** Where in the value, as `result.a[0]`. */
  path: string
  what: string
}

/** Both keys are there in either case: one that were absent would be asked of `Object.prototype`, which is the guest's. */
export type Encoded = { text: string; problem: undefined } | { text: undefined; problem: EncodeProblem }

/**
 * Encodes `value`; `maxBytes` bounds the text's length in UTF-16 units, `root` names the value in a problem's path. A
 * value that is not `ofGuest` but the host's goes without the stacks of its errors, which name the host's files, and
 * without what else is in the buffers of its views.
 */
export function encode(value: unknown, maxBytes: number, root: string, ofGuest = true): Encoded {
  let text: string
  switch (typeof value) {
    case 'undefined':
      return { text: '1t[["u"]]', problem: undefined }
    case 'boolean':
      return { text: value ? '1jtrue' : '1jfalse', problem: undefined }
    case 'string':
      text = `1j${jsonStringify(value)}`
      break
    default:
      if ((text = plainText(value, ofGuest)) === '') {
        const tagged = encodeTagged(value, root, maxBytes, ofGuest)
        if (tagged.problem !== undefined) return tagged
        text = `1t${tagged.text}`
      }
  }
  if (text.length > maxBytes) {
    return { text: undefined, problem: { kind: 'size', path: root, what: `${text.length} units encoded, the limit is ${maxBytes}` } }
  }
  return { text, problem: undefined }
}

/** '' where the value is not plain, or where reading it threw: the tagged way tells what and where. */
function plainText(value: unknown, ofGuest: boolean): string {
  try {
    return isPlain(value, ofGuest) ? `1j${jsonStringify(value)}` : ''
  } catch (error) {
    if (isInternalError(error)) throw error
    return ''
  }
}

export type Decoded = { ok: true; value: unknown } | { ok: false; what: string }

/**
 * Decodes any string at all: a string that no encoder made gives `ok: false`, never a throw. `own` is for the guest's
 * side, where texts come from our own encoder, which has kept its depth already.
 */
export function decode(text: string, own = false): Decoded {
  try {
    const head = slice(text, 0, 2)
    if (head === '1j') {
      const value: unknown = jsonParse(slice(text, 2))
      return !own && tooDeep(value, MAX_DEPTH) ? { ok: false, what: 'nested too deeply' } : { ok: true, value }
    }
    if (head === '1t') return decodeTagged(jsonParse(slice(text, 2)))
    return { ok: false, what: 'unknown version' }
  } catch (error) {
    // The engine's own memory ran out: that is no matter of the text.
    if (error === null || isInternalError(error)) throw error
    return { ok: false, what: 'malformed text' }
  }
}

/** Whether `JSON.stringify` says everything about `value`, and a guest's has no more of them and of different keys than it may. */
function isPlain(value: unknown, ofGuest: boolean): boolean {
  // A toJSON that the guest planted would be called by JSON.stringify: then take the way that never asks for one.
  if (hasOwn(ObjectPrototype, 'toJSON') || hasOwn(ArrayPrototype, 'toJSON')) return false
  const seen = new Ctor.Set<object>()
  const maxNodes = ofGuest ? MAX_OBJECTS_OF_GUEST : MAX_NODES
  let nodes = 0
  let keyCount = 0
  const walk = (v: unknown, depth: number): boolean => {
    switch (typeof v) {
      case 'string':
      case 'boolean':
        return true
      case 'number':
        return v - v === 0 && (v !== 0 || 1 / v > 0)
      case 'object': {
        if (v === null) return true
        if (depth > MAX_DEPTH || nodes++ >= maxNodes || setHas(seen, v)) return false
        setAdd(seen, v)
        if (isArray(v)) {
          if (getPrototypeOf(v) !== ArrayPrototype) return false
          for (let i = 0; i < v.length; i++) if (!walk(v[i], depth + 1)) return false
          return true
        }
        if (getPrototypeOf(v) !== ObjectPrototype) return false
        const keys = objectKeys(v)
        keyCount += keys.length
        for (let i = 0; i < keys.length; i++) {
          if (!walk((v as Record<string, unknown>)[keys[i] as string], depth + 1)) return false
        }
        return true
      }
      default:
        return false
    }
  }
  // A getter that the walk ran may have planted one since.
  const plain = walk(value, 0) && (!ofGuest || keyCount <= MAX_KEYS || !tooManyKeys(seen))
  return plain && !hasOwn(ObjectPrototype, 'toJSON') && !hasOwn(ArrayPrototype, 'toJSON')
}

/** Only asked where all the keys are too many: most values repeat theirs. */
function tooManyKeys(objects: Set<object>): boolean {
  const known = new Ctor.Set<string>()
  setForEach(objects, (object: object) => {
    if (isArray(object) || setSize(known) > MAX_KEYS) return
    const keys = objectKeys(object)
    for (let i = 0; i < keys.length; i++) setAdd(known, keys[i] as string)
  })
  return setSize(known) > MAX_KEYS
}

/** Without recursion: what is asked about may be a hostile text's value. */
function tooDeep(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  let level: object[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true
    const next: object[] = []
    for (let i = 0; i < level.length; i++) {
      const node = level[i] as object
      if (isArray(node)) {
        for (let j = 0; j < node.length; j++) {
          const v: unknown = node[j]
          if (typeof v === 'object' && v !== null) next[next.length] = v
        }
      } else {
        for (const key in node) {
          const v = (node as Record<string, unknown>)[key]
          if (typeof v === 'object' && v !== null) next[next.length] = v
        }
      }
    }
    level = next
  }
  return false
}
