/** What a walk has to do with a value. `leaf` crosses as it is, or is refused by the codec with its path. */
export type Shape = 'function' | 'promise' | 'bytes' | 'array' | 'map' | 'set' | 'object' | 'leaf'

export const ownKeys = (value: object): string[] => Object.keys(value)

/** Values that no walk looks into. */
export const isData = (value: unknown): boolean => (typeof value !== 'object' || value === null) && typeof value !== 'function'

export function define(target: object, key: string, value: unknown, enumerable = true): void {
  Object.defineProperty(target, key, { value, enumerable, writable: true, configurable: true })
}

export function kindOf(value: object): Shape {
  if (typeof value === 'function') return 'function'
  if (Array.isArray(value)) return 'array'
  const proto: unknown = Object.getPrototypeOf(value)
  if (proto === Object.prototype || proto === null) return 'object'
  if (value instanceof Promise) return 'promise'
  if (ArrayBuffer.isView(value)) return 'bytes'
  if (value instanceof Map) return 'map'
  if (value instanceof Set) return 'set'
  for (const Leaf of LEAVES) if (value instanceof Leaf) return 'leaf'
  return 'object'
}

const LEAVES: readonly (new (...args: never[]) => object)[] = [Date, RegExp, Error, ArrayBuffer, Number, String, Boolean, WeakMap, WeakSet]

/** A view alone, without what else its buffer holds: Node cuts small Buffers from one that they share. */
export function tight(value: object): object {
  const view = value as Uint8Array
  if (view.buffer.byteLength === view.byteLength) return value
  const bytes = new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength).slice()
  if (value instanceof DataView) return new DataView(bytes.buffer)
  if (value instanceof Uint8Array) return bytes
  const Typed = value.constructor as new (buffer: ArrayBufferLike) => object
  return new Typed(bytes.buffer)
}

/** Stands before the name of a property that a getter gives. */
export const GETTER = 'get '

/** The methods and getters that an object has from its class, `undefined` where it has none. */
export function methodsOf(value: object): Map<string, () => unknown> | undefined {
  let found: Map<string, () => unknown> | undefined
  for (let proto = prototypeOf(value); proto !== undefined; proto = prototypeOf(proto)) {
    for (const name of Object.getOwnPropertyNames(proto)) {
      if (name === 'constructor' || found?.has(name) || found?.has(GETTER + name) || Object.hasOwn(value, name)) continue
      const { value: method, get } = Object.getOwnPropertyDescriptor(proto, name) as { value?: unknown; get?: () => unknown }
      if (typeof method === 'function') (found ??= new Map()).set(name, method as () => unknown)
      else if (get !== undefined) (found ??= new Map()).set(GETTER + name, get)
    }
  }
  return found
}

export const hasMethods = (value: object): boolean => prototypeOf(value) !== undefined && methodsOf(value) !== undefined

/** The next prototype that is neither the language's own nor `null`. */
function prototypeOf(value: object): object | undefined {
  const proto = Object.getPrototypeOf(value) as object | null
  return proto === null || proto === Object.prototype ? undefined : proto
}
