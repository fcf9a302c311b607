import type { SandboxError } from '@beddel/core'
import { formatValue } from './format-value.ts'
import type { ErrorFacts } from './runner.ts'

/** An error as data: what may hold any value becomes text. */
export function errorFacts(error: SandboxError): ErrorFacts {
  const { code, origin, message, phase, engine, started, retryable, details, guest } = error
  return {
    code,
    origin,
    message,
    phase,
    engine,
    started,
    retryable,
    ...(details && { details: formatValue(details) }),
    ...(guest && { guest: guestFacts(guest) }),
  }
}

function guestFacts({ value, properties, cause, ...texts }: NonNullable<SandboxError['guest']>): ErrorFacts['guest'] {
  return {
    ...texts,
    ...(value !== undefined && { value: formatValue(value) }),
    ...(properties !== undefined && { properties: formatValue(properties) }),
    ...(cause !== undefined && { cause: formatValue(cause) }),
  }
}
