import { encode } from '../engine/codec.js'
import {
  Ctor,
  defineProperty,
  G,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  indexOf,
  isPrototypeOf,
  bareObject,
  mapGet,
  mapSet,
  objectKeys,
  reflectConstruct,
  slice,
  weakSetAdd,
  weakSetHas,
} from '../engine/primordials.js'
import { print } from './print.js'

const MAX_MESSAGE = 8_192
const MAX_STACK = 16_384
const MAX_PROPERTIES = 16

/** Errors that a constructor made, as opposed to the engine. Only RangeError matters: stack overflow is one. */
const constructed = new Ctor.WeakSet()
/** Errors that stand for a host function's failure, with the call's id. */
const hostErrors = new Ctor.Map<object, number>()
const internalErrorPrototype = (G.InternalError as { prototype: object } | undefined)?.prototype

/** Lets {@link describe} tell a real stack overflow from a guest that throws an error with the same words. */
export function watchRangeErrors(): void {
  const made = (target: typeof RangeError, args: unknown[], newTarget: unknown): object => {
    const error = reflectConstruct(target, args, newTarget as never) as object
    weakSetAdd(constructed, error)
    return error
  }
  const watched = new Proxy(Ctor.RangeError, {
    construct: made,
    apply: (target, _self, args: unknown[]) => made(target, args, target),
  })
  const hide = { writable: true, enumerable: false, configurable: true }
  defineProperty(Ctor.RangeError.prototype, 'constructor', { value: watched, ...hide })
  defineProperty(G, 'RangeError', { value: watched, ...hide })
  // QuickJS makes InternalErrors when its memory runs out; a guest must not be able to.
  if (internalErrorPrototype !== undefined) {
    defineProperty(internalErrorPrototype, 'constructor', { value: undefined, writable: false, configurable: false })
  }
}

export function markHostError(error: object, callId: number): void {
  mapSet(hostErrors, error, callId)
}

/** What crosses of a thrown value, all text and data. */
export interface Thrown {
  name: string
  message: string
  stack?: string
  /** Encoded: the value, where no Error was thrown. */
  value?: string
  /** Encoded: own data properties of the error. */
  properties?: string
  cause?: Thrown
  /** The engine itself raised it: its own stack or memory ran out. */
  engine?: 'stack' | 'memory'
  /** The host call whose failure this error stands for. */
  hostCall?: number
}

/** Reads a thrown value, hostile ones too: each read may throw, and is then left out. */
export function describe(thrown: unknown, filename: string, columnShift: number, depth = 0): Thrown {
  // Without a prototype: a toJSON that the guest put on its own would write the report.
  const out = bareObject<unknown>() as unknown as Thrown
  if (typeof thrown !== 'object' || thrown === null || !attempt(() => isPrototypeOf(Ctor.Error.prototype, thrown), false)) {
    const value = attempt(() => encode(thrown, 65_536, 'thrown').text, undefined)
    out.name = 'NonError'
    out.message = slice(
      attempt(() => print(thrown), '(unreadable)'),
      0,
      MAX_MESSAGE,
    )
    if (value !== undefined) out.value = value
    return out
  }
  out.name = read(thrown, 'name', 256) ?? 'Error'
  out.message = read(thrown, 'message', MAX_MESSAGE) ?? ''
  const stack = read(thrown, 'stack', MAX_STACK)
  if (stack !== undefined) out.stack = guestFrames(stack, out, filename, columnShift)
  const engine = raisedByEngine(thrown, out.message)
  if (engine !== undefined) out.engine = engine
  const hostCall: number | undefined = mapGet(hostErrors, thrown)
  if (hostCall !== undefined) out.hostCall = hostCall
  const properties = attempt(() => ownData(thrown), undefined)
  if (properties !== undefined) out.properties = properties
  if (depth < 4) {
    const cause = attempt(() => getOwnPropertyDescriptor(thrown, 'cause'), undefined)
    if (cause !== undefined && 'value' in cause) out.cause = describe(cause.value, filename, columnShift, depth + 1)
  }
  return out
}

function raisedByEngine(error: object, message: string): 'stack' | 'memory' | undefined {
  const proto = attempt(() => getPrototypeOf(error) as unknown, undefined)
  if (proto === Ctor.RangeError.prototype && !weakSetHas(constructed, error)) {
    // The engine made it; its words only tell which of its own errors it is.
    return message === 'Maximum call stack size exceeded' ? 'stack' : message === 'Array buffer allocation failed' ? 'memory' : undefined
  }
  if (proto !== undefined && proto === internalErrorPrototype) {
    return indexOf(message, 'out of memory') === 0 ? 'memory' : message === 'stack overflow' ? 'stack' : undefined
  }
  return undefined
}

function attempt<T>(get: () => T, otherwise: T): T {
  try {
    return get()
  } catch {
    return otherwise
  }
}

function read(error: object, key: string, max: number): string | undefined {
  const value = attempt(() => (error as Record<string, unknown>)[key], undefined)
  return typeof value === 'string' ? slice(value, 0, max) : undefined
}

function ownData(error: object): string | undefined {
  const keys = objectKeys(error)
  const data = bareObject<unknown>()
  let count = 0
  for (let i = 0; i < keys.length && count < MAX_PROPERTIES; i++) {
    const key = keys[i] as string
    const found = getOwnPropertyDescriptor(error, key)
    if (found === undefined || !('value' in found) || key === 'cause' || key === 'stack' || key === 'message') continue
    if (encode(found.value, 4_096, key).text === undefined) continue
    data[key] = found.value
    count++
  }
  return count === 0 ? undefined : encode(data, 65_536, 'properties').text
}

/** Keeps the frames that name the guest's file; on line 1 takes back the columns that our wrapper added. */
function guestFrames(stack: string, error: Thrown, filename: string, columnShift: number): string {
  const head = error.name === '' ? error.message : error.message === '' ? error.name : `${error.name}: ${error.message}`
  let out = head
  // Message lines come first: skip what the head already says.
  let from = indexOf(stack, head) === 0 ? head.length : 0
  while (from < stack.length) {
    let to = indexOf(stack, '\n', from)
    if (to < 0) to = stack.length
    const line = slice(stack, from, to)
    if (indexOf(line, `${filename}:`) >= 0 && indexOf(line, 'at ') >= 0) {
      out += `\n${unshift(line, filename, columnShift)}`
    }
    from = to + 1
  }
  return out
}

function unshift(line: string, filename: string, columnShift: number): string {
  if (columnShift === 0) return line
  const mark = `${filename}:1:`
  const at = indexOf(line, mark)
  if (at < 0) return line
  const from = at + mark.length
  let to = from
  let column = 0
  for (; to < line.length; to++) {
    const digit = line[to] as string
    if (digit < '0' || digit > '9') break
    column = column * 10 + +digit
  }
  return to === from ? line : slice(line, 0, from) + Math_max(1, column - columnShift) + slice(line, to)
}

const Math_max = Math.max
