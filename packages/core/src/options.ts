import { SandboxError } from './sandbox-error.js'

/** A `BEDDEL_INVALID_OPTION` that names the key and, where given, what stood there. */
export function invalid(path: string, what: string, value?: unknown): SandboxError {
  const got = value === undefined ? '' : `, got ${show(value)}`
  return new SandboxError('BEDDEL_INVALID_OPTION', `${path} ${what}${got}.`, { phase: 'configure', details: { path } })
}

export function unsupported(path: string, why: string, details: Record<string, unknown> = {}): SandboxError {
  return new SandboxError('BEDDEL_OPTION_UNSUPPORTED', `${path} ${why}`, {
    phase: 'configure',
    details: { path, ...details },
  })
}

/** Whether keys can be read of it: what is in a list or a Map would be left out in silence. */
export const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map) && !(value instanceof Set)

/** Throws for the first key that is not known, with the nearest known one. */
export function checkKeys(given: object, known: readonly string[], where: string): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue
    const near = nearest(key, known)
    throw new SandboxError(
      'BEDDEL_INVALID_OPTION',
      `${where} has no key "${key}".${near ? ` Did you mean "${near}"?` : ` Known keys: ${known.join(', ')}.`}`,
      { phase: 'configure', details: { path: `${where}.${key}`, ...(near && { nearest: near }) } },
    )
  }
}

/** One of a list, or a `BEDDEL_INVALID_OPTION`. */
export function oneOf<T extends string>(path: string, value: unknown, known: readonly T[]): T | undefined {
  if (value === undefined) return undefined
  if (known.includes(value as T)) return value as T
  throw invalid(path, `must be one of ${known.join(', ')}`, value)
}

/** The known word with the smallest edit distance, where that is small enough to be a slip. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(word.length / 2)) + 1
  for (const candidate of known) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase())
    if (d < bestDistance) [best, bestDistance] = [candidate, d]
  }
  return best
}

function distance(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) return Number.POSITIVE_INFINITY
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, substitution))
    }
    row = next
  }
  return row[b.length] as number
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'an array' : value instanceof Map ? 'a Map' : value instanceof Set ? 'a Set' : 'an object'
  return String(value)
}
