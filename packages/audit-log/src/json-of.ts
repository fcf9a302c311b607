const MAX_DEPTH = 64
const MAX_NODES = 50_000

/**
 * A value as JSON can say it, for those who keep values: what JSON has no word for is put as `{ "$": kind, … }`. Total: a
 * value that is too deep or too large is cut there. Getters of the value are not called.
 */
export function jsonOf(value: unknown): unknown {
  let nodes = 0
  const seen = new Set<object>()
  const say = (one: unknown, depth: number): unknown => {
    if (one === null || typeof one === 'boolean') return one
    if (typeof one === 'string') return one.toWellFormed()
    if (typeof one === 'number')
      return Number.isFinite(one) && !Object.is(one, -0) ? one : { $: 'number', value: Object.is(one, -0) ? '-0' : String(one) }
    if (typeof one === 'bigint') return { $: 'bigint', value: String(one) }
    if (typeof one !== 'object') return { $: typeof one }
    if (seen.has(one)) return { $: 'cycle' }
    if (depth > MAX_DEPTH || ++nodes > MAX_NODES) return { $: 'cut' }
    seen.add(one)
    try {
      return sayObject(one, (inner) => say(inner, depth + 1))
    } catch {
      return { $: 'unreadable' }
    } finally {
      seen.delete(one)
    }
  }
  return say(value, 0)
}

function sayObject(one: object, say: (inner: unknown) => unknown): unknown {
  if (Array.isArray(one)) return one.map(say)
  if (one instanceof Date) return { $: 'Date', value: String(one.getTime()) }
  if (one instanceof RegExp) return { $: 'RegExp', value: String(one) }
  if (one instanceof Map) return { $: 'Map', value: [...one].map(([key, value]) => [say(key), say(value)]) }
  if (one instanceof Set) return { $: 'Set', value: [...one].map(say) }
  if (one instanceof Error) return { $: 'Error', name: one.name, message: one.message }
  if (ArrayBuffer.isView(one) || one instanceof ArrayBuffer) return { $: one.constructor.name, bytes: one.byteLength }
  const out: Record<string, unknown> = {}
  for (const [key, { value, get, enumerable }] of Object.entries(Object.getOwnPropertyDescriptors(one))) {
    if (enumerable === true) put(out, key.toWellFormed(), get === undefined ? say(value) : { $: 'getter' })
  }
  return out
}

/** A key named `__proto__` is a key like others. */
function put(out: object, key: string, value: unknown): void {
  Object.defineProperty(out, key, { value, enumerable: true, writable: true, configurable: true })
}
