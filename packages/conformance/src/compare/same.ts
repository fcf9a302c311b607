/**
 * Whether two values are the same in all that crosses: kinds, `-0` and NaN, holes, prototypes (plain or none), entries
 * in their order, errors with their data, and which of their parts are one and the same object.
 */
export function same(a: unknown, b: unknown): boolean {
  return alike(a, b, new Map(), new Map())
}

type Pairs = Map<object, object>

function alike(a: unknown, b: unknown, left: Pairs, right: Pairs): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return Object.is(a, b)
  // Shared and circular references must be shared in the same places on both sides.
  if (left.has(a) || right.has(b)) return left.get(a) === b && right.get(b) === a
  left.set(a, b)
  right.set(b, a)
  const kind = kindOf(a)
  if (kind !== kindOf(b)) return false
  const go = (x: unknown, y: unknown): boolean => alike(x, y, left, right)
  switch (kind) {
    case 'Date':
      return Object.is((a as Date).getTime(), (b as Date).getTime())
    case 'RegExp':
      return String(a as RegExp) === String(b as RegExp)
    case 'Map':
      return go([...(a as Map<unknown, unknown>)].flat(1), [...(b as Map<unknown, unknown>)].flat(1))
    case 'Set':
      return go([...(a as Set<unknown>)], [...(b as Set<unknown>)])
    case 'ArrayBuffer':
      return bytes(new Uint8Array(a as ArrayBuffer), new Uint8Array(b as ArrayBuffer))
    case 'View':
      return views(a as Uint8Array, b as Uint8Array)
    case 'Error':
      return go(errorFields(a as Error), errorFields(b as Error))
    case 'Array':
      return (a as unknown[]).length === (b as unknown[]).length && properties(a, b, go)
    default:
      return Object.getPrototypeOf(a) === Object.getPrototypeOf(b) && properties(a, b, go)
  }
}

function kindOf(value: object): string {
  if (Array.isArray(value)) return 'Array'
  if (ArrayBuffer.isView(value)) return 'View'
  for (const ctor of [Date, RegExp, Map, Set, ArrayBuffer, Error]) if (value instanceof ctor) return ctor.name
  return 'Object'
}

function properties(a: object, b: object, go: (x: unknown, y: unknown) => boolean): boolean {
  const keys = Object.keys(a)
  const others = Object.keys(b)
  if (keys.length !== others.length || keys.some((key, i) => key !== others[i])) return false
  return keys.every((key) => {
    const x = Object.getOwnPropertyDescriptor(a, key)
    const y = Object.getOwnPropertyDescriptor(b, key)
    return x !== undefined && y !== undefined && 'value' in x && 'value' in y && go(x.value, y.value)
  })
}

function views(a: ArrayBufferView, b: ArrayBufferView): boolean {
  if (Object.prototype.toString.call(a) !== Object.prototype.toString.call(b) || a.byteLength !== b.byteLength) return false
  const raw = (v: ArrayBufferView) => new Uint8Array(v.buffer, v.byteOffset, v.byteLength)
  return bytes(raw(a), raw(b))
}

const bytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])

/** All of an error but its stack, whose wording is each engine's own. */
function errorFields(error: Error): Record<string, unknown> {
  const { name, message } = error
  const fields: Record<string, unknown> = { name, message }
  if (Object.hasOwn(error, 'cause')) fields.cause = error.cause
  if (Object.hasOwn(error, 'errors')) fields.errors = (error as AggregateError).errors
  for (const key of Object.keys(error).sort()) fields[`own ${key}`] = (error as unknown as Record<string, unknown>)[key]
  return fields
}
