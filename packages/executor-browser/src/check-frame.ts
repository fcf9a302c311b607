import { TELL } from '@beddel/core/engine'
import { ANSWER, BROKEN, READY } from './wire.js'

/** What a guest runtime may say that a run ended in. */
const FAULTS = new Set([
  'BEDDEL_RESULT_TOO_LARGE',
  'BEDDEL_NOT_TRANSFERABLE',
  'BEDDEL_HOST_CALL_LIMIT',
  'BEDDEL_OPERATION_LIMIT',
  'BEDDEL_PROTOCOL',
])
/** Encoded fault: a message and a path, both of ours. */
const MAX_FAULT = 65_536

type Text = string | undefined
export type GuestFrame = [op: number, a?: string | number, b?: string | number, c?: string]

const isText = (value: unknown): value is string => typeof value === 'string'
const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0

/** What a worker sent, where it is what a worker can have to say; whoever sends something else is no worker of ours. */
export function checkFrame(data: unknown): GuestFrame | undefined {
  if (!Array.isArray(data) || data.length > 4) return undefined
  const [op, a, b, c] = data as unknown[]
  return holds(op, a, b, c) ? [op as number, a as string, b as string, c as Text] : undefined
}

function holds(op: unknown, a: unknown, b: unknown, c: unknown): boolean {
  switch (op) {
    case READY:
    case BROKEN:
      return true
    case ANSWER:
      return a === undefined || isText(a) || typeof a === 'number'
    case TELL.DONE:
    case TELL.THROWN:
      return isText(a)
    case TELL.FAULT:
      return isText(a) && FAULTS.has(a) && isText(b) && isFault(b)
    case TELL.CALL:
      return isId(a) && isText(b) && isText(c)
    case TELL.LOG:
      return isText(a) && isText(b) && (c === undefined || c === 'dropped')
    case TELL.TIMER:
      return isId(a) && typeof b === 'number'
    case TELL.OPERATIONS:
      return typeof a === 'number'
    default:
      return false
  }
}

function isFault(text: string): boolean {
  if (text.length > MAX_FAULT) return false
  try {
    const { message, path } = JSON.parse(text) as { message: unknown; path?: unknown }
    return isText(message) && (path === undefined || isText(path))
  } catch {
    return false
  }
}
