import canonicalize from 'canonicalize'

const NOT = Symbol('has to be done with care')
const MAX_DEPTH = 50

/**
 * RFC 8785. Plain data whose keys are put in order is what `JSON.stringify` writes the same way, four times as fast; the rest goes
 * through the library. Throws for what JSON cannot say.
 */
export function canonical(value: unknown): string {
  const ordered = inOrder(value, 0)
  if (ordered !== NOT) {
    const text = JSON.stringify(ordered)
    // An escaped surrogate is a lone one, which RFC 8785 has no word for.
    if (!text.includes('\\ud')) return text
  }
  return canonicalize(value) as string
}

/** The value with the keys of its objects in order, itself where they are that already. */
function inOrder(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : NOT
    case 'object':
      if (value === null) return value
      if (depth > MAX_DEPTH) return NOT
      return Array.isArray(value) ? listInOrder(value, depth) : objectInOrder(value as Record<string, unknown>, depth)
    default:
      return NOT
  }
}

function listInOrder(list: readonly unknown[], depth: number): unknown {
  let copy: unknown[] | undefined
  for (let i = 0; i < list.length; i++) {
    const inner = inOrder(list[i], depth + 1)
    if (inner === NOT) return NOT
    if (inner !== list[i]) (copy ??= [...list])[i] = inner
  }
  return copy ?? list
}

function objectInOrder(object: Record<string, unknown>, depth: number): unknown {
  const prototype: unknown = Object.getPrototypeOf(object)
  if ((prototype !== Object.prototype && prototype !== null) || typeof object.toJSON === 'function') return NOT
  const keys = Object.keys(object)
  const isOrdered = areOrdered(keys)
  let copy: Record<string, unknown> | undefined = isOrdered ? undefined : {}
  // Without a function to compare by, strings are sorted by their UTF-16 code units, which is the order that is asked for.
  if (!isOrdered) keys.sort()
  for (const key of keys) {
    const value = object[key]
    const inner = value === undefined ? undefined : inOrder(value, depth + 1)
    if (inner === NOT) return NOT
    if (copy === undefined) {
      if (inner === value) continue
      copy = { ...object }
    }
    // Numbers come first in an object, whatever the order they were put in.
    if (!isOrdered && isIndex(key)) return NOT
    copy[key] = inner
  }
  return copy ?? object
}

function areOrdered(keys: readonly string[]): boolean {
  for (let i = 1; i < keys.length; i++) if ((keys[i] as string) < (keys[i - 1] as string)) return false
  // To set it on a copy would set the copy's prototype.
  return !keys.includes('__proto__')
}

/** Keys that an object does not keep in the order in which they were put in, and the one that is no key of a copy. */
function isIndex(key: string): boolean {
  const first = key.charCodeAt(0)
  return (first >= 48 && first <= 57) || key === '__proto__'
}
