import { isPromise, isProxy } from 'node:util/types'
import { intrinsicName } from '../intrinsics.js'
import { GETTER } from '../shared/shapes.js'
import { draw } from './portrait.js'
import type { Ref } from './protocol.js'

/** What is told of the functions that go through the membrane. Each has to make the call, and never throws by itself. */
export interface Ears {
  /** The guest calls a function of the host. */
  hostCalled(target: object, path: string, args: unknown[], go: (args: unknown[]) => unknown): unknown
  /** The host calls a function of the guest. */
  guestCalled(ref: Ref, self: Ref | undefined, args: unknown[], construct: boolean, go: (args: unknown[]) => unknown): unknown
  /** `ms` after the host got the promise. */
  guestSettled(ref: Ref, ok: boolean, value: unknown, ms: number): unknown
  /** Something that cannot be told happened. */
  blind(path: string, what: string): void
  active(): boolean
}

type AnyFunction = (...args: unknown[]) => unknown

/**
 * Stands between a VM of the legacy engine and its host, to hear which functions they call of each other. It wraps functions,
 * promises of the guest, and objects that have functions in them; plain data passes as it is and stays live. Whatever goes back
 * to the side that it came from is unwrapped.
 *
 * The legacy engine looks at some native functions and at promises of the host by their identity, to keep guests from using
 * them to break out. Those are therefore never wrapped, in no place: the guest must not be less confined than before.
 */
export class Membrane {
  /** Wrapped to raw, of things of the host. */
  readonly #raw = new WeakMap<object, object>()
  readonly #wrapped = new WeakMap<object, object>()
  /** Things of the host that need no wrapping. */
  readonly #plain = new WeakSet()
  readonly #ofGuest = new WeakMap<object, { raw: object; ref: Ref }>()
  readonly #guestWrapped = new WeakMap<object, object>()

  constructor(readonly ears: Ears) {}

  /** What the guest gets for a value of the host. */
  toGuest(value: unknown, path: string): unknown {
    if (!isObject(value)) return value
    const ofGuest = this.#ofGuest.get(value)
    if (ofGuest !== undefined) return ofGuest.raw
    const known = this.#wrapped.get(value)
    if (known !== undefined) return known
    if (
      !this.ears.active() ||
      this.#plain.has(value) ||
      this.#raw.has(value) ||
      isProxy(value) ||
      isPromise(value) ||
      intrinsicName(value) !== undefined
    )
      return value
    if (typeof value === 'function' ? isNative(value) : !hasFunctions(value)) {
      this.#plain.add(value)
      return value
    }
    const wrapped = new Proxy(value, this.#hostHandler(path))
    this.#wrapped.set(value, wrapped)
    this.#raw.set(wrapped, value)
    return wrapped
  }

  /** What the host gets for a value of the guest. `live` says that there are functions or promises in it. */
  toHost(value: unknown, ref: Ref, live: boolean): unknown {
    if (!isObject(value)) return value
    const raw = this.#raw.get(value)
    if (raw !== undefined) return raw
    if (!live || !isProxy(value)) return value
    const known = this.#guestWrapped.get(value)
    if (known !== undefined) return known
    const wrapped = new Proxy(value, value instanceof Promise ? this.#promiseHandler(ref) : this.#guestHandler(ref))
    this.#guestWrapped.set(value, wrapped)
    this.#ofGuest.set(wrapped, { raw: value, ref })
    return wrapped
  }

  /** What the guest gets for a value of the host that nothing new is told of. */
  known(value: unknown): unknown {
    return isObject(value) ? (this.#ofGuest.get(value)?.raw ?? this.#wrapped.get(value) ?? value) : value
  }

  /** What the host gets for a value of the guest that nothing new is told of. */
  again(value: unknown): unknown {
    return isObject(value) ? (this.#raw.get(value) ?? this.#guestWrapped.get(value) ?? value) : value
  }

  /** The side that made a value gets what it made. */
  unwrap(value: unknown): unknown {
    return isObject(value) ? (this.#ofGuest.get(value)?.raw ?? this.#raw.get(value) ?? value) : value
  }

  refOf(value: unknown): Ref | undefined {
    if (!isObject(value)) return undefined
    const found = this.#ofGuest.get(value) ?? this.#ofGuest.get(this.#guestWrapped.get(value) ?? value)
    return found?.ref
  }

  #hostHandler(path: string): ProxyHandler<object> {
    const { ears } = this
    const unwrap = (value: unknown): unknown => this.unwrap(value)
    return {
      apply: (target, self, args: unknown[]) =>
        ears.hostCalled(target, path, args, (given) => Reflect.apply(target as AnyFunction, unwrap(self), given)),
      construct: (target, args: unknown[], newTarget) =>
        ears.hostCalled(
          target,
          `new ${path}`,
          args,
          (given) => Reflect.construct(target as AnyFunction, given, unwrap(newTarget) as AnyFunction) as unknown,
        ) as object,
      get: (target, key) => {
        const found = Reflect.getOwnPropertyDescriptor(target, key)
        if (found !== undefined && found.configurable === false && found.writable === false) return found.value as unknown
        const getter = found === undefined && typeof key === 'string' ? inheritedGetter(target, key) : undefined
        const inner = `${path}.${String(key)}`
        if (getter === undefined) return this.toGuest(Reflect.get(target, key, target), inner)
        return ears.hostCalled(getter, `${path}.${GETTER}${String(key)}`, [], () => Reflect.apply(getter, target, []))
      },
      set: (target, key, value) => {
        const given = unwrap(value)
        if (isObject(given) && isProxy(given))
          ears.blind(`${path}.${String(key)}`, 'The guest put an object or function of its own into an object of the host.')
        return Reflect.set(target, key, given, target)
      },
      getOwnPropertyDescriptor: (target, key) => {
        const found = Reflect.getOwnPropertyDescriptor(target, key)
        if (found === undefined || !('value' in found) || (found.configurable === false && found.writable === false)) return found
        return { ...found, value: this.toGuest(found.value, `${path}.${String(key)}`) }
      },
    }
  }

  #guestHandler(ref: Ref): ProxyHandler<object> {
    const { ears } = this
    const call = (self: unknown, args: unknown[], construct: boolean, go: (args: unknown[]) => unknown): unknown =>
      ears.guestCalled(ref, this.refOf(self), args, construct, go)
    return {
      apply: (target, self, args: unknown[]) => {
        const own = this.unwrap(self)
        return call(self, args, false, (given) => Reflect.apply(target as AnyFunction, own, given))
      },
      construct: (target, args: unknown[], newTarget) => {
        const own = this.unwrap(newTarget) as AnyFunction
        return call(undefined, args, true, (given) => Reflect.construct(target as AnyFunction, given, own) as unknown) as object
      },
      get: (target, key) => {
        const value = Reflect.get(target, key, target) as unknown
        if (typeof key !== 'string' || !isObject(value)) return this.unwrap(value)
        const found = Reflect.getOwnPropertyDescriptor(target, key)
        if (found !== undefined && found.configurable === false && found.writable === false) return value
        return this.toHost(value, [...ref, key], found !== undefined || typeof value === 'function')
      },
      set: (target, key, value) => {
        ears.blind(`${ref.slice(1).join('.')}.${String(key)}`, 'The host changed an object of the guest.')
        return Reflect.set(target, key, this.unwrap(value), target)
      },
    }
  }

  /** As the caller gets it from the legacy engine, but that what it comes to is heard. Nobody who does not ask makes it handled. */
  #promiseHandler(ref: Ref): ProxyHandler<object> {
    const { ears } = this
    const since = performance.now()
    let told = false
    const settled = (ok: boolean, value: unknown): unknown => {
      if (told) return this.again(value)
      told = true
      return ears.guestSettled(ref, ok, value, performance.now() - since)
    }
    const heard = (ok: boolean, then: unknown): unknown =>
      typeof then === 'function' ? (value: unknown) => (then as AnyFunction)(settled(ok, value)) : then
    return {
      get: (target, key) => {
        const value = Reflect.get(target, key, target) as unknown
        if (typeof value !== 'function') return value
        if (key === 'then')
          return (yes: unknown, no: unknown) => Reflect.apply(value, target, [heard(true, yes), heard(false, no)]) as unknown
        if (key === 'catch') return (no: unknown) => Reflect.apply(value, target, [heard(false, no)]) as unknown
        return (...args: unknown[]) => Reflect.apply(value, target, args) as unknown
      },
    }
  }
}

const isObject = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function'

/** Functions of the engine itself, and bound ones, which could be bound to such. */
export function isNative(value: object): boolean {
  return /\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(value))
}

function hasFunctions(value: object): boolean {
  try {
    return draw(value, { members: true }).live
  } catch {
    return false
  }
}

function inheritedGetter(target: object, key: string): (() => unknown) | undefined {
  let at = Reflect.getPrototypeOf(target)
  while (at !== null && at !== Object.prototype) {
    const found = Reflect.getOwnPropertyDescriptor(at, key)
    if (found !== undefined) return found.get
    at = Reflect.getPrototypeOf(at)
  }
  return undefined
}
