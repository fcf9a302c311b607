import { AUDIT_CODES, type AuditCode } from './codes.js'

const MARKER: unique symbol = Symbol.for('beddel.audit.error') as never

/** What a log rejects with. Tell endings apart by `code`, never by message. */
export class AuditError extends Error {
  override readonly name = 'AuditError'
  readonly [MARKER] = true

  constructor(
    readonly code: AuditCode,
    message: string,
    readonly details: Record<string, unknown> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause })
  }

  /** Whether the same call may succeed if it is made again. */
  get retryable(): boolean {
    return AUDIT_CODES[this.code].retryable
  }

  /** True for an AuditError of any copy of this package. */
  static isInstance(value: unknown): value is AuditError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[MARKER] === true
  }
}
