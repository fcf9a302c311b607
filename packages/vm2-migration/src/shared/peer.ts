import { define, GETTER, hasMethods, isData, kindOf, methodsOf, ownKeys, tight } from './shapes.js'

/** A value as it crosses: data, and what of it stands for something that stays. */
export type Packed = [value: unknown, marks?: Mark[]]

/**
 * Says of one object in the value what it stands for. An object is found by its identity, which the codec keeps, so
 * nothing in a value can be taken for a mark. `whose` is 0 for what the sender has, 1 for what the receiver has.
 */
export type Mark = [object: object, whose: 0 | 1, id: number, kind: Kind, more?: Record<string, number> | string]

/**
 * `f` function, `p` promise, `o` object that has functions, `r` read-only view, `w` view that takes no functions, `g` one of
 * the language's own, by its name: the receiver's takes its place.
 */
export type Kind = 'f' | 'p' | 'o' | 'r' | 'w' | 'g'

/** What is different on the two sides. */
export interface PeerEnds {
  /** Calls a function of the other side. */
  call(id: number, self: Packed, args: Packed, construct: boolean): Packed
  /** Tells the other side how a promise of this side has ended. */
  settle(id: number, ok: boolean, value: Packed): void
  /** A read-only or protected view of an object from the other side. */
  view(value: object, kind: 'r' | 'w'): object
  /** The name of one of the language's own objects, where the other side is to take its own. */
  intrinsic?(value: object): string | undefined
  /** The receiver's own object for such a name. */
  own?(name: string): unknown
  /** Something of the other side that is held here for the first time. */
  held?(id: number, value: object): void
  /** A promise of the other side is known here now. */
  promised?(id: number): void
  /** An object that has functions crosses as a copy. */
  copied?(path: string): void
}

/** Fewer than so many are not worth a look. */
const SWEEP_FROM = 1_000

/** As it is now: a guest may be forbidden to use promises later. */
const { then } = Promise.prototype

/** Things that one side may keep for the other. */
const MAX_KEPT = 100_000

/**
 * One end of the link between host and guest; the same code is at both ends. Values cross as copies; functions, promises
 * and objects with methods stay where they are and get a number there. A number is worth nothing by itself: it names
 * only what its owner has handed out over this very link.
 */
export class Peer {
  /** What this side has handed out. */
  readonly #mine = new Map<number, object>()
  readonly #ids = new WeakMap<object, number>()
  #lastId = 0
  /** What stands here for something of the other side. */
  readonly #theirs = new WeakMap<object, number>()
  readonly #stubs = new Map<number, WeakRef<object>>()
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(reason: unknown): void }>()
  #sweepAt = SWEEP_FROM
  /** Objects that the other side sees through a view. */
  readonly views = new WeakMap<object, 'r' | 'w'>()

  constructor(readonly ends: PeerEnds) {}

  pack(value: unknown, path = 'value'): Packed {
    if (isData(value) || !this.#needsMarks(value, new Set())) return [value]
    const marks: Mark[] = []
    return [this.#copy(value, marks, new Map(), path), marks]
  }

  unpack(packed: unknown): unknown {
    const [value, marks] = packed as Packed
    if (marks === undefined) return value
    if (!Array.isArray(marks)) throw new TypeError('The marks of a value cannot be read')
    const replaced = new Map<object, unknown>()
    for (const mark of marks as unknown[]) this.#replace(mark, replaced)
    if (replaced.size === 0) return value
    const seen = new Set<object>()
    for (const stub of replaced.values()) if (typeof stub === 'function') this.#putBack(stub, replaced, seen)
    return this.#putBack(value, replaced, seen)
  }

  /** The other side calls something of this side. */
  called(id: number, self: unknown, args: unknown, construct: boolean): Packed {
    const fn = this.#mine.get(id)
    if (typeof fn !== 'function') throw new TypeError('There is no such function')
    const given = this.unpack(args) as unknown[]
    const result: unknown = construct ? Reflect.construct(fn, given) : Reflect.apply(fn as () => unknown, this.unpack(self), given)
    return this.pack(result, 'result')
  }

  /** A promise of the other side has ended. */
  settled(id: number, ok: boolean, value: unknown): void {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return
    this.#waiting.delete(id)
    if (ok) waiting.resolve(this.unpack(value))
    else waiting.reject(this.unpack(value))
  }

  /** Nothing will be settled any more. */
  close(reason: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(reason)
    this.#waiting.clear()
    this.#mine.clear()
  }

  /** The other side holds these no longer. */
  release(ids: readonly number[]): void {
    for (const id of ids) {
      const value = this.#mine.get(id)
      if (value === undefined) continue
      this.#mine.delete(id)
      this.#ids.delete(value)
    }
  }

  /** Whether this side still holds what the other side's number stands for. */
  holds(id: number): boolean {
    if (this.#stubs.get(id)?.deref() !== undefined) return true
    this.#stubs.delete(id)
    return false
  }

  /** Numbers of the other side for which nothing stands here any more; asked for when many have come. */
  sweep(): number[] {
    if (this.#stubs.size < this.#sweepAt) return []
    const gone = [...this.#stubs.keys()].filter((id) => !this.holds(id))
    this.#sweepAt = Math.max(SWEEP_FROM, 2 * this.#stubs.size)
    return gone
  }

  #id(value: object): number {
    let id = this.#ids.get(value)
    if (id !== undefined) return id
    if (this.#mine.size >= MAX_KEPT) throw new RangeError(`More than ${MAX_KEPT} functions were handed to the other side`)
    id = ++this.#lastId
    this.#ids.set(value, id)
    this.#mine.set(id, value)
    return id
  }

  #needsMarks(value: unknown, seen: Set<object>): boolean {
    if (typeof value === 'function') return true
    if (typeof value !== 'object' || value === null || seen.has(value)) return false
    seen.add(value)
    if (this.#theirs.has(value) || this.views.has(value) || this.ends.intrinsic?.(value) !== undefined) return true
    switch (kindOf(value)) {
      case 'promise':
        return true
      case 'bytes':
        return tight(value) !== value
      case 'array':
        return (value as unknown[]).some((item) => this.#needsMarks(item, seen))
      case 'map':
        for (const [k, v] of value as Map<unknown, unknown>) if (this.#needsMarks(k, seen) || this.#needsMarks(v, seen)) return true
        return false
      case 'set':
        for (const item of value as Set<unknown>) if (this.#needsMarks(item, seen)) return true
        return false
      case 'object':
        if (hasMethods(value)) return true
        return ownKeys(value).some((key) => this.#needsMarks((value as Record<string, unknown>)[key], seen))
      default:
        return false
    }
  }

  #copy(value: unknown, marks: Mark[], copies: Map<object, object>, path: string): unknown {
    if (isData(value)) return value
    const object = value as object
    const known = copies.get(object)
    if (known !== undefined) return known
    const keep = <T extends object>(copy: T): T => {
      copies.set(object, copy)
      return copy
    }
    const theirs = this.#theirs.get(object)
    if (theirs !== undefined) {
      const stand = keep({})
      marks.push([stand, 1, theirs, typeof object === 'function' ? 'f' : 'o'])
      return stand
    }
    const name = this.ends.intrinsic?.(object)
    if (name !== undefined) {
      const stand = keep({})
      marks.push([stand, 0, 0, 'g', name])
      return stand
    }
    const view = this.views.get(object)
    if (view !== undefined) copies.set(object, object)
    const copy = this.#copyOf(object, marks, copies, path)
    if (view !== undefined && typeof copy === 'object') marks.push([copy as object, 0, 0, view])
    return copy
  }

  #copyOf(object: object, marks: Mark[], copies: Map<object, object>, path: string): unknown {
    const keep = <T extends object>(copy: T): T => {
      copies.set(object, copy)
      return copy
    }
    const inner = (value: unknown, key: string) => this.#copy(value, marks, copies, `${path}.${key}`)
    switch (kindOf(object)) {
      case 'function': {
        const stand = keep({})
        for (const key of ownKeys(object)) define(stand, key, inner((object as Record<string, unknown>)[key], key))
        marks.push([stand, 0, this.#id(object), 'f', (object as { name: unknown }).name as string])
        return stand
      }
      case 'promise': {
        const stand = keep({})
        const id = this.#id(object)
        marks.push([stand, 0, id, 'p'])
        void Reflect.apply(then, object, [(v: unknown) => this.#tell(id, true, v), (e: unknown) => this.#tell(id, false, e)])
        return stand
      }
      case 'bytes':
        return keep(tight(object))
      case 'array': {
        const out = keep([] as unknown[])
        const from = object as unknown[]
        out.length = from.length
        for (let i = 0; i < from.length; i++) if (i in from) out[i] = this.#copy(from[i], marks, copies, `${path}[${i}]`)
        return out
      }
      case 'map': {
        const out = keep(new Map<unknown, unknown>())
        for (const [k, v] of object as Map<unknown, unknown>) out.set(inner(k, 'key'), inner(v, 'value'))
        return out
      }
      case 'set': {
        const out = keep(new Set<unknown>())
        for (const item of object as Set<unknown>) out.add(inner(item, 'item'))
        return out
      }
      case 'object': {
        const out = keep(Object.getPrototypeOf(object) === null ? (Object.create(null) as object) : {})
        let live = false
        for (const key of ownKeys(object)) {
          const value = (object as Record<string, unknown>)[key]
          live ||= typeof value === 'function'
          define(out, key, inner(value, key))
        }
        const methods = methodsOf(object)
        if (methods === undefined && !live) return out
        const numbers: Record<string, number> = {}
        for (const [name, method] of methods ?? []) define(numbers, name, this.#id(method))
        marks.push([out, 0, this.#id(object), 'o', numbers])
        this.ends.copied?.(path)
        return out
      }
      default:
        return object
    }
  }

  #tell(id: number, ok: boolean, value: unknown): void {
    this.#mine.delete(id)
    let packed: Packed
    try {
      packed = this.pack(value)
    } catch (error) {
      packed = [error]
      ok = false
    }
    try {
      this.ends.settle(id, ok, packed)
    } catch (error) {
      // What cannot cross must not leave the other side waiting; where that is gone, nobody waits.
      try {
        this.ends.settle(id, false, [new TypeError(`The value of a promise cannot cross: ${(error as Error).message}`)])
      } catch {}
    }
  }

  /** Everything here may have been made up by the other side. */
  #replace(mark: unknown, replaced: Map<object, unknown>): void {
    if (!Array.isArray(mark)) throw new TypeError('A mark cannot be read')
    const [stand, whose, id, kind, more] = mark as Mark
    if (typeof stand !== 'object' || stand === null || typeof id !== 'number') throw new TypeError('A mark cannot be read')
    if (whose === 1) {
      const own = this.#mine.get(id)
      if (own === undefined) throw new TypeError('A value of this side came back that was never handed out, or was released')
      replaced.set(stand, own)
      return
    }
    switch (kind) {
      case 'f':
        replaced.set(stand, this.#stub(id, typeof more === 'string' ? more : '', stand))
        return
      case 'p':
        replaced.set(stand, this.#promise(id))
        return
      case 'g':
        replaced.set(stand, typeof more === 'string' ? this.ends.own?.(more) : undefined)
        return
      case 'o':
        this.#hold(id, stand)
        for (const name of typeof more === 'object' ? ownKeys(more) : []) {
          if (typeof more === 'object') member(stand, name, this.#stub(more[name] as number, name))
        }
        return
      default:
        replaced.set(stand, this.ends.view(stand, kind === 'w' ? 'w' : 'r'))
    }
  }

  #stub(id: number, name: string, properties?: object): object {
    const known = this.#stubs.get(id)?.deref()
    if (known !== undefined) return known
    const { ends, pack, unpack, theirs } = this.#forStub
    const stub = function (this: unknown, ...args: unknown[]): unknown {
      // Only what came from the other side is a `this` there; a host's global is none.
      const self = typeof this === 'object' && this !== null && theirs.has(this) ? pack(this) : ([undefined] as Packed)
      return unpack(ends.call(id, self, pack(args, 'arguments'), new.target !== undefined))
    }
    define(stub, 'name', name, false)
    if (properties !== undefined) for (const key of ownKeys(properties)) define(stub, key, (properties as Record<string, unknown>)[key])
    this.#hold(id, stub)
    return stub
  }

  readonly #forStub = {
    ends: {
      call: (id: number, self: Packed, args: Packed, construct: boolean) => this.ends.call(id, self, args, construct),
    },
    pack: (value: unknown, path?: string) => this.pack(value, path),
    unpack: (value: unknown) => this.unpack(value),
    theirs: this.#theirs,
  }

  #promise(id: number): object {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    // A rejection that nobody on this side handles must not end the process.
    promise.catch(() => {})
    this.#waiting.set(id, { resolve, reject })
    this.#hold(id, promise)
    this.ends.promised?.(id)
    return promise
  }

  #hold(id: number, value: object): void {
    this.#theirs.set(value, id)
    this.#stubs.set(id, new WeakRef(value))
    this.ends.held?.(id, value)
  }

  #putBack(value: unknown, replaced: ReadonlyMap<object, unknown>, seen: Set<object>): unknown {
    if (typeof value === 'object' && value !== null && replaced.has(value)) {
      const instead = replaced.get(value)
      // A view is of the very object that it stands for: what is inside of that has to be put back too.
      this.#inside(value, replaced, seen)
      return instead
    }
    if ((typeof value === 'object' && value !== null) || typeof value === 'function') this.#inside(value, replaced, seen)
    return value
  }

  #inside(value: object, replaced: ReadonlyMap<object, unknown>, seen: Set<object>): void {
    if (seen.has(value)) return
    seen.add(value)
    const kind = kindOf(value)
    if (kind === 'map') {
      const entries = [...(value as Map<unknown, unknown>)]
      ;(value as Map<unknown, unknown>).clear()
      for (const [k, v] of entries) (value as Map<unknown, unknown>).set(this.#putBack(k, replaced, seen), this.#putBack(v, replaced, seen))
    } else if (kind === 'set') {
      const items = [...(value as Set<unknown>)]
      ;(value as Set<unknown>).clear()
      for (const item of items) (value as Set<unknown>).add(this.#putBack(item, replaced, seen))
    } else if (kind === 'array' || kind === 'object' || kind === 'function') {
      for (const key of ownKeys(value)) {
        const inner = (value as Record<string, unknown>)[key]
        const instead = this.#putBack(inner, replaced, seen)
        if (instead !== inner) define(value, key, instead)
      }
    }
  }
}

/** What an object has from its class: a method, or what a getter gives whenever it is asked. */
function member(target: object, name: string, fn: object): void {
  if (!name.startsWith(GETTER)) return define(target, name, fn, false)
  const get = function (this: unknown): unknown {
    return Reflect.apply(fn as () => unknown, this, [])
  }
  Object.defineProperty(target, name.slice(GETTER.length), { get, enumerable: false, configurable: true })
}
