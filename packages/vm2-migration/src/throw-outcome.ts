import type { GuestError, SandboxError } from '@beddel/core'
import { VMError } from './vm-error.js'

const CLASSES: Record<string, new (message: string, options?: ErrorOptions) => Error> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
}

/** What vm2 would have thrown for this ending. The `SandboxError` is its `cause`, where nothing else is. */
export function errorOf(error: SandboxError, timeoutMs: number): unknown {
  const { code, guest } = error
  switch (code) {
    case 'BEDDEL_GUEST_THROWN':
    case 'BEDDEL_GUEST_SYNTAX':
      return guest === undefined ? error : guestErrorOf(guest, error)
    case 'BEDDEL_HOST_FUNCTION_FAILED': {
      const { cause } = error
      // The guest may have thrown an older one again.
      const same = cause instanceof Error ? cause.message === guest?.message : guest?.message === String(cause)
      return same || guest === undefined ? cause : guestErrorOf(guest, error)
    }
    case 'BEDDEL_STACK_LIMIT':
      return new RangeError('Maximum call stack size exceeded', { cause: error })
    case 'BEDDEL_TIMEOUT':
      return Object.assign(new Error(`Script execution timed out after ${timeoutMs}ms`, { cause: error }), {
        code: 'ERR_SCRIPT_EXECUTION_TIMEOUT',
      })
    default:
      return new VMError(error.message, { code, cause: error })
  }
}

/** An error of this realm, so that `instanceof` holds; what was no error comes as it is. */
function guestErrorOf(guest: GuestError, error: SandboxError): unknown {
  if (guest.name === 'NonError') return guest.value
  const { name, message, stack, properties, cause } = guest
  if (name === 'VMError') {
    const { code } = properties ?? {}
    return new VMError(message, { cause: error, ...(typeof code === 'string' && { code }) })
  }
  const Class = CLASSES[name] ?? Error
  const made = new Class(message, { cause: cause === undefined ? error : guestErrorOf(cause, error) })
  if (made.name !== name) Object.defineProperty(made, 'name', { value: name, writable: true, configurable: true })
  if (stack !== undefined) Object.defineProperty(made, 'stack', { value: stack, writable: true, configurable: true })
  for (const [key, value] of Object.entries(properties ?? {})) {
    Object.defineProperty(made, key, { value, writable: true, enumerable: true, configurable: true })
  }
  return made
}
