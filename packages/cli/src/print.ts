import { inspect } from 'node:util'

/** A mistake in how the command was called. Its message is for the person who called. */
export class UsageError extends Error {}

export function printOut(text: string): void {
  process.stdout.write(`${process.stdout.isTTY ? harmless(text) : text}\n`)
}

export function printErr(text: string): void {
  process.stderr.write(`${harmless(text)}\n`)
}

/** Control characters written out: a guest's text must not steer the terminal. Tab and line feed stay. */
export function harmless(text: string): string {
  return text.replace(/(?![\t\n])\p{Cc}/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** A guest's value for a person or a pipe: text as it is, JSON where it is that, else as Node's console shows it. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value
  return isJson(value) ? JSON.stringify(value, null, 2) : inspected(value)
}

export function inspected(value: unknown): string {
  return inspect(value, { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity })
}

/** Whether JSON says all of it: nothing lost, nothing changed. */
export function isJson(value: unknown, inside: ReadonlySet<unknown> = new Set()): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (typeof value !== 'object' || inside.has(value)) return false
  const within = new Set(inside).add(value)
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!(i in value) || !isJson(value[i], within)) return false
    return Object.keys(value).length === value.length
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  return Object.values(value).every((inner) => isJson(inner, within))
}
