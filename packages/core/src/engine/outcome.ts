import { ERROR_CODES, type ErrorCode, type Phase } from '../codes.js'
import { type GuestError, SandboxError } from '../sandbox-error.js'
import { memoryMessage } from './cell-faults.js'
import { type Decoded, decode } from './codec.js'
import type { Ending } from './run-spec.js'

export interface EndingFacts {
  engine: string
  started: boolean
  resultBytes: number
  memoryBytes: number
  hostFailures: ReadonlyMap<number, unknown>
}

export type Settled = { result: unknown; error?: undefined } | { result?: undefined; error: SandboxError }

/** Encoded size of a thrown value, and of an error's properties. */
const MAX_ATTACHED = 65_536

/** Codes after which the same call may go better, where the guest had not started. */
const RETRYABLE = new Set<ErrorCode>(['BEDDEL_BUSY', 'BEDDEL_ENGINE_CRASHED', 'BEDDEL_ENGINE_UNAVAILABLE'])

/**
 * An ending as a value or an error. The ending may come from a hostile process: every part is checked. `read` is its
 * value, where that was read already.
 */
export function settleEnding(ending: Ending, facts: EndingFacts, read?: Decoded): Settled {
  const { engine } = facts
  const started = ending.kind === 'fault' ? (ending.started ?? facts.started) : facts.started
  if (ending.kind === 'value') {
    const decoded =
      ending.text.length > facts.resultBytes ? ({ ok: false, what: 'larger than its limit' } as const) : (read ?? decode(ending.text))
    if (decoded.ok) return { result: decoded.value }
    return { error: protocolError(`The cell sent a result that cannot be read: ${decoded.what}`, engine, started) }
  }
  if (ending.kind === 'fault') {
    const code = Object.hasOwn(ERROR_CODES, ending.code) ? (ending.code as ErrorCode) : 'BEDDEL_PROTOCOL'
    const retryable = !started && RETRYABLE.has(code)
    const { message, details } = ending
    return { error: new SandboxError(code, message, { phase: phaseOf(ending, code), engine, started, retryable, details }) }
  }
  return { error: thrownError(ending.error, ending.syntax === true, facts) }
}

function phaseOf(ending: { phase?: string }, code: ErrorCode): Phase {
  if (ending.phase !== undefined) return ending.phase as Phase
  if (code === 'BEDDEL_NOT_TRANSFERABLE' || code === 'BEDDEL_RESULT_TOO_LARGE') return 'result'
  return 'run'
}

function protocolError(message: string, engine: string, started: boolean): SandboxError {
  return new SandboxError('BEDDEL_PROTOCOL', message, { engine, started })
}

function thrownError(text: string, syntax: boolean, facts: EndingFacts): SandboxError {
  const { engine, started, hostFailures } = facts
  let raw: Record<string, unknown>
  try {
    raw = JSON.parse(text) as Record<string, unknown>
    if (typeof raw !== 'object' || raw === null) throw new TypeError('no object')
  } catch {
    return protocolError('The cell sent an error that cannot be read', engine, started)
  }
  const guest = guestError(raw, 0)
  if (syntax) {
    const at = guest.line === undefined ? '' : ` (line ${guest.line}, column ${guest.column ?? '?'})`
    const message = `${guest.message}${at}`
    return new SandboxError('BEDDEL_GUEST_SYNTAX', message, { phase: 'compile', engine, started: false, guest })
  }
  if (raw.engine === 'stack') {
    return new SandboxError('BEDDEL_STACK_LIMIT', 'The guest ran out of stack', { engine, started, guest })
  }
  if (raw.engine === 'memory') {
    return new SandboxError('BEDDEL_MEMORY_LIMIT', memoryMessage(facts), { engine, started, guest })
  }
  if (typeof raw.hostCall === 'number' && hostFailures.has(raw.hostCall)) {
    const cause = hostFailures.get(raw.hostCall)
    const message = `A host function failed and the guest did not catch it: ${guest.message}`
    return new SandboxError('BEDDEL_HOST_FUNCTION_FAILED', message, { phase: 'host-call', engine, started, guest, cause })
  }
  const message = guest.name === 'NonError' ? `The guest threw ${guest.message}` : `${guest.name}: ${guest.message}`
  return new SandboxError('BEDDEL_GUEST_THROWN', message, { engine, started, guest })
}

function guestError(raw: Record<string, unknown>, depth: number): GuestError {
  const guest: GuestError = { name: string(raw.name, 256) ?? 'Error', message: string(raw.message, 8_192) ?? '' }
  const stack = string(raw.stack, 20_000)
  if (stack !== undefined) guest.stack = stack
  if (typeof raw.line === 'number') guest.line = raw.line
  if (typeof raw.column === 'number') guest.column = raw.column
  const value = data(raw.value)
  if (value !== undefined) guest.value = value.is
  const properties = data(raw.properties)
  if (typeof properties?.is === 'object' && properties.is !== null) {
    guest.properties = properties.is as Record<string, unknown>
  }
  if (depth < 4 && typeof raw.cause === 'object' && raw.cause !== null) {
    guest.cause = guestError(raw.cause as Record<string, unknown>, depth + 1)
  }
  return guest
}

const string = (value: unknown, max: number): string | undefined => (typeof value === 'string' ? value.slice(0, max) : undefined)

function data(text: unknown): { is: unknown } | undefined {
  // The guest's side keeps this size; whoever does not is no guest's side of ours.
  if (typeof text !== 'string' || text.length > MAX_ATTACHED) return undefined
  const decoded = decode(text)
  return decoded.ok ? { is: decoded.value } : undefined
}
