import { kindOf, ownKeys } from './shapes.js'

/** Larger values are not watched: each look at one costs as much as making it. */
const MAX_NODES = 1_000

interface Watched {
  path: string
  live: object
  asItWas: unknown
}

/**
 * Finds out that a copy was changed on its side, where the original on the other side was not. Values are compared with
 * what they were, and each is told once.
 */
export class Watch {
  #watched: Watched[] = []

  /** `false` where the value is too large to be watched. */
  add(path: string, value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return true
    const count = { left: MAX_NODES }
    const asItWas = snapshot(value, count, new Map())
    if (count.left < 0) return false
    this.#watched.push({ path, live: value, asItWas })
    return true
  }

  check(changed: (path: string) => void): void {
    if (this.#watched.length === 0) return
    this.#watched = this.#watched.filter(({ path, live, asItWas }) => {
      const where = difference(live, asItWas, new Set())
      if (where !== undefined) changed(path + where)
      return where === undefined
    })
  }

  /** Forgets one name: its value was replaced. */
  drop(path: string): void {
    this.#watched = this.#watched.filter((one) => one.path !== path)
  }

  clear(): void {
    this.#watched = []
  }
}

const isPlain = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return false
  const kind = kindOf(value)
  return kind === 'array' || kind === 'object'
}

/** What an object or array had: in two lists, which are compared faster than an object of them. */
class Snapshot {
  readonly keys: string[] = []
  readonly values: unknown[] = []
}

function snapshot(value: unknown, count: { left: number }, seen: Map<object, unknown>): unknown {
  if (!isPlain(value)) return value
  const known = seen.get(value)
  if (known !== undefined) return known
  const made = new Snapshot()
  seen.set(value, made)
  for (const key of ownKeys(value)) {
    if (--count.left < 0) break
    made.keys.push(key)
    made.values.push(snapshot(value[key], count, seen))
  }
  return made
}

/** Where in a value something is not as it was: the path from the value on, `undefined` where nothing is. */
function difference(live: unknown, was: unknown, seen: Set<object>): string | undefined {
  if (!isPlain(live)) return Object.is(live, was) ? undefined : ''
  if (seen.has(live)) return undefined
  seen.add(live)
  if (!(was instanceof Snapshot)) return ''
  const keys = ownKeys(live)
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string
    const at = was.keys[i] === key ? i : was.keys.indexOf(key)
    const where = at < 0 ? '' : difference(live[key], was.values[at], seen)
    if (where !== undefined) return `.${key}${where}`
  }
  if (keys.length === was.keys.length) return undefined
  const gone = was.keys.find((key) => !(key in live))
  return gone === undefined ? undefined : `.${gone}`
}
