import { define, GETTER } from '../shared/shapes.js'
import type { Portrait } from './portrait.js'

/** Gives what stands for a function or promise, by its name in the portrait. */
export interface Models {
  function(name: string, label: string): object
  promise(name: string): object
}

/** A value from its portrait, in this thread. */
export function paint(portrait: Portrait, models: Models): unknown {
  const made: object[] = []

  const keep = <T extends object>(value: T): T => {
    made.push(value)
    return value
  }
  const into = (target: object, entries: readonly [string, Portrait][]): void => {
    for (const [key, value] of entries) define(target, key, one(value))
  }

  const one = (node: Portrait): unknown => {
    if (!Array.isArray(node)) return node
    const [tag, first, second, third] = node as [string, never, never, never]
    switch (tag) {
      case 'n':
        return Number(first)
      case 'b':
        return BigInt(first)
      case 'y':
        return Symbol()
      case '@':
        return made[first]
      case 'i':
        return (globalThis as Record<string, unknown>)[first]
      case 'f': {
        const fn = keep(models.function(first, second))
        into(fn, third)
        return fn
      }
      case 'p':
        return keep(models.promise(first))
      case 'd':
        return keep(new Date(first))
      case 'r':
        return keep(new RegExp(first, second))
      case 'w':
        return keep(Object(one(first)) as object)
      case 'e':
        return keepError(first, second, third)
      case 'a': {
        const list = keep([] as unknown[])
        const items = first as Portrait[]
        list.length = items.length
        for (const [i, item] of items.entries()) if (!(Array.isArray(item) && item[0] === 'h')) list[i] = one(item)
        return list
      }
      case 'M': {
        const map = keep(new Map<unknown, unknown>())
        for (const [key, value] of first as [Portrait, Portrait][]) map.set(one(key), one(value))
        return map
      }
      case 'S': {
        const set = keep(new Set<unknown>())
        for (const item of first as Portrait[]) set.add(one(item))
        return set
      }
      case 'B':
        return keep(binary(first, second))
      case 'o': {
        const object = keep({} as object)
        into(object, first)
        if (second !== undefined) Object.setPrototypeOf(object, classOf(second))
        return object
      }
      default:
        return undefined
    }
  }

  const keepError = (name: string, message: string, own: readonly [string, Portrait][]): Error => {
    const error = keep(new Error(message))
    define(error, 'name', name, false)
    into(error, own)
    return error
  }

  const classOf = (members: readonly [string, string][]): object => {
    const proto = {}
    for (const [key, name] of members) {
      const fn = models.function(name, key) as () => unknown
      if (key.startsWith(GETTER)) Object.defineProperty(proto, key.slice(GETTER.length), { get: fn, enumerable: false, configurable: true })
      else define(proto, key, fn, false)
    }
    return proto
  }

  return one(portrait)
}

function binary(name: string, base64: string): object {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'))
  if (name === 'ArrayBuffer') return bytes.buffer
  const Typed = (globalThis as unknown as Record<string, new (buffer: ArrayBuffer) => object>)[name]
  return Typed === undefined || name === 'Uint8Array' ? bytes : new Typed(bytes.buffer)
}
