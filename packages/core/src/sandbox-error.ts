import { ERROR_CODES, type ErrorCode, type ErrorOrigin, type Phase } from './codes.js'
import type { EngineId } from './spec.js'

const MARKER: unique symbol = Symbol.for('beddel.sandbox.error') as never

/** What the guest threw, as text and data. Nothing in it is a live object of the guest. */
export interface GuestError {
  /** The error's `name`; `'NonError'` where the guest threw something that is no Error. */
  name: string
  /** At most 8 KiB; longer text is cut. */
  message: string
  /** Guest frames only: no frame of the host or of the sandbox's own runtime. At most 16 KiB. */
  stack?: string
  /** The thrown value itself, where it is no Error and can cross. */
  value?: unknown
  /** 1-based place in the caller's source, where the engine tells it (syntax errors). */
  line?: number
  column?: number
  /** Own enumerable data properties of the error (`code`, …) that can cross. */
  properties?: Record<string, unknown>
  cause?: GuestError
}

export interface SandboxErrorInit {
  phase?: Phase
  engine?: EngineId | undefined
  started?: boolean
  retryable?: boolean
  details?: Record<string, unknown> | undefined
  cause?: unknown
  guest?: GuestError | undefined
}

/**
 * The one error class. Tell endings apart by `code`, never by message.
 *
 * @example
 * try { await adapter.run(code) } catch (e) {
 *   if (SandboxError.isInstance(e) && e.code === 'BEDDEL_TIMEOUT') …
 * }
 */
export class SandboxError extends Error {
  override readonly name = 'SandboxError'
  readonly code: ErrorCode
  /** Where in the run it came about. */
  readonly phase: Phase
  /** The engine, where one was chosen. */
  readonly engine: EngineId | undefined
  /** Whether guest code may have run. `false` means that it certainly did not. */
  readonly started: boolean
  /** Whether the same call may succeed if it is made again. Never `true` where the guest had started. */
  readonly retryable: boolean
  readonly details: Record<string, unknown> | undefined
  /** What the guest threw (`BEDDEL_GUEST_*`). */
  readonly guest: GuestError | undefined
  readonly [MARKER] = true

  constructor(code: ErrorCode, message: string, init: SandboxErrorInit = {}) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause })
    this.code = code
    this.phase = init.phase ?? 'run'
    this.engine = init.engine
    this.started = init.started ?? false
    this.retryable = init.retryable ?? false
    this.details = init.details
    this.guest = init.guest
  }

  /** True for a SandboxError of any copy of this package. */
  static isInstance(value: unknown): value is SandboxError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[MARKER] === true
  }

  get origin(): ErrorOrigin {
    return ERROR_CODES[this.code].origin
  }

  toJSON(): Record<string, unknown> {
    const { name, code, message, phase, engine, started, retryable, details, guest } = this
    return { name, code, message, phase, engine, started, retryable, details, guest }
  }
}

/** Whether the guest ran into one of its limits (the `limit` origin). */
export function isResourceLimitError(error: unknown): error is SandboxError {
  return SandboxError.isInstance(error) && ERROR_CODES[error.code].origin === 'limit'
}

/** The HTTP status for an error: 408 timeout, 413 size, 422 guest, 403 policy, 503 busy or unavailable, 507 memory; 500 for what is no SandboxError. */
export function toHttpStatus(error: unknown): number {
  return SandboxError.isInstance(error) ? ERROR_CODES[error.code].http : 500
}
