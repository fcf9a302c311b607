/**
 * Intrinsics captured when this module is evaluated. In a cell that is before any guest code, so a guest that
 * replaces `Array.prototype.push` or `JSON.stringify` changes nothing for the sandbox's own code.
 */
const { bind, call } = Function.prototype
// biome-ignore lint/complexity/noBannedTypes: any method at all
const uncurry = bind.bind(call) as unknown as (method: Function) => (self: unknown, ...args: never[]) => never

// biome-ignore lint/suspicious/noExplicitAny: uncurried methods lose their receiver's type on purpose
type Loose = (...args: any[]) => any
// biome-ignore lint/complexity/noBannedTypes: any method at all
export const uncurryThis = (method: Function | undefined): Loose => uncurry(method as Function) as unknown as Loose
const getter = (proto: object, key: string): Loose => uncurryThis(Object.getOwnPropertyDescriptor(proto, key)?.get as never)

export const {
  create: objectCreate,
  defineProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  setPrototypeOf,
  keys: objectKeys,
  freeze,
  is: objectIs,
} = Object
export const ObjectPrototype = Object.prototype
export const ArrayPrototype = Array.prototype
export const { ownKeys, apply: reflectApply, construct: reflectConstruct, set: reflectSet, deleteProperty } = Reflect
export const { parse: jsonParse, stringify: jsonStringify } = JSON
export const { isArray } = Array
export const { isView } = ArrayBuffer
export const { fromCharCode } = String
export const hasOwn = uncurryThis(Object.prototype.hasOwnProperty) as (object: object, key: PropertyKey) => boolean
export const isPrototypeOf = uncurryThis(Object.prototype.isPrototypeOf) as (proto: object, object: unknown) => boolean
export const charCodeAt = uncurryThis(String.prototype.charCodeAt) as (text: string, at: number) => number
export const slice = uncurryThis(String.prototype.slice) as (text: string, from: number, to?: number) => string
export const indexOf = uncurryThis(String.prototype.indexOf) as (text: string, part: string, from?: number) => number
export const bigintToString = uncurryThis(BigInt.prototype.toString) as (value: bigint, radix: number) => string
export const dateValue = uncurryThis(Date.prototype.getTime) as (date: unknown) => number
export const regexpSource = getter(RegExp.prototype, 'source') as (regexp: unknown) => string
export const regexpFlags = getter(RegExp.prototype, 'flags') as (regexp: unknown) => string
export const mapSize = getter(Map.prototype, 'size') as (map: unknown) => number
export const mapGet = uncurryThis(Map.prototype.get)
export const mapSet = uncurryThis(Map.prototype.set)
export const mapHas = uncurryThis(Map.prototype.has)
export const mapDelete = uncurryThis(Map.prototype.delete)
export const mapForEach = uncurryThis(Map.prototype.forEach)
export const setSize = getter(Set.prototype, 'size') as (set: unknown) => number
export const setAdd = uncurryThis(Set.prototype.add)
export const setHas = uncurryThis(Set.prototype.has) as (set: unknown, value: unknown) => boolean
export const setForEach = uncurryThis(Set.prototype.forEach)
export const weakSetAdd = uncurryThis(WeakSet.prototype.add)
export const weakSetHas = uncurryThis(WeakSet.prototype.has) as (set: unknown, value: unknown) => boolean
export const bufferLength = getter(ArrayBuffer.prototype, 'byteLength') as (buffer: unknown) => number
const TypedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype) as object
export const typedArrayTag = uncurryThis(Object.getOwnPropertyDescriptor(TypedArrayPrototype, Symbol.toStringTag)?.get as never) as (
  view: unknown,
) => string | undefined
export const typedArrayBuffer = getter(TypedArrayPrototype, 'buffer')
export const typedArrayOffset = getter(TypedArrayPrototype, 'byteOffset') as (view: unknown) => number
export const typedArrayLength = getter(TypedArrayPrototype, 'length') as (view: unknown) => number
export const dataViewBuffer = getter(DataView.prototype, 'buffer')
export const dataViewOffset = getter(DataView.prototype, 'byteOffset') as (view: unknown) => number
export const dataViewLength = getter(DataView.prototype, 'byteLength') as (view: unknown) => number
export const promiseThen = uncurryThis(Promise.prototype.then)

export const G = globalThis as unknown as Record<string, unknown>
export const Ctor = {
  AggregateError,
  Array,
  ArrayBuffer,
  BigInt,
  DataView,
  Date,
  Error,
  EvalError,
  Map,
  Object,
  Promise,
  RangeError,
  ReferenceError,
  RegExp,
  Set,
  String,
  SyntaxError,
  TypeError,
  URIError,
  Uint8Array,
  WeakSet,
}

const internalErrorPrototype = (G.InternalError as { prototype: object } | undefined)?.prototype
/** What QuickJS throws where its own memory or stack ran out. It is no fault of the value that was being read. */
export const isInternalError = (error: unknown): boolean =>
  internalErrorPrototype !== undefined && isPrototypeOf(internalErrorPrototype, error)

/** An array whose index writes and reads no prototype can see. */
export function bareArray<T>(): T[] {
  return setPrototypeOf([], null) as T[]
}

/** An object whose property writes and reads no prototype can see. */
export function bareObject<T>(): Record<string, T> {
  return objectCreate(null) as Record<string, T>
}
