import { invalid } from '@beddel/core'

/** A point in time: a Date, or ISO 8601 text that is a day (UTC) or has a time with `Z` or an offset. */
export type InstantInput = Date | string

const WRITTEN = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d))?$/

/** As it stands in signatures and registries: UTC with milliseconds, so that texts compare as times. */
export function instant(path: string, given: InstantInput): string
export function instant(path: string, given: InstantInput | undefined): string | undefined
export function instant(path: string, given: InstantInput | undefined): string | undefined {
  if (given === undefined) return undefined
  const isText = typeof given === 'string'
  const time = isText ? (WRITTEN.test(given) ? Date.parse(given) : Number.NaN) : given instanceof Date ? given.getTime() : Number.NaN
  const text = Number.isNaN(time) ? '' : new Date(time).toISOString()
  if (isInstant(text)) return text
  throw invalid(path, 'must be a Date or ISO 8601 text with its zone, as 2027-01-31 or 2027-01-31T12:00:00Z', given)
}

export function isInstant(text: unknown): text is string {
  return typeof text === 'string' && text.length === 24 && WRITTEN.test(text) && canonical(text)
}

function canonical(text: string): boolean {
  const time = Date.parse(text)
  return !Number.isNaN(time) && new Date(time).toISOString() === text
}

/** From and until when something counts: `notBefore` is the first instant that does, `notAfter` the first that no longer does. */
export interface Window {
  notBefore?: string
  notAfter?: string
}

export interface WindowInput {
  /** The first instant at which it counts. Absent: always so far. */
  notBefore?: InstantInput
  /** The first instant at which it no longer counts. Absent: for ever. */
  notAfter?: InstantInput
}

export function windowOf(given: WindowInput): Window {
  const notBefore = instant('notBefore', given.notBefore)
  const notAfter = instant('notAfter', given.notAfter)
  if (notBefore !== undefined && notAfter !== undefined && notBefore >= notAfter) {
    throw invalid('notAfter', `must be later than notBefore (${notBefore})`, notAfter)
  }
  return { ...(notBefore !== undefined && { notBefore }), ...(notAfter !== undefined && { notAfter }) }
}

/** Where an instant lies: `in` the window, before it or after it. */
export function placeIn({ notBefore, notAfter }: Window, at: string): 'before' | 'in' | 'after' {
  if (notBefore !== undefined && at < notBefore) return 'before'
  return notAfter !== undefined && at >= notAfter ? 'after' : 'in'
}
