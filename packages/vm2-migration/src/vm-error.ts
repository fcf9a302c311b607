import { loadedOriginals } from './originals.js'

/** vm2's own error, and what the classes of this package throw where they cannot do what was asked. */
export class VMError extends Error {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'VMError', writable: true, configurable: true })
  }

  /** Our code for it; vm2's own errors have none, or Node's. */
  declare readonly code?: string
  /** The option or place that it is about. */
  declare readonly path?: string

  constructor(message?: string, init: { code?: string; path?: string; cause?: unknown } = {}) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause })
    if (init.code !== undefined) this.code = init.code
    if (init.path !== undefined) this.path = init.path
  }

  /** vm2's own count too. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (Function.prototype[Symbol.hasInstance].call(this, value)) return true
    const original = this === VMError ? loadedOriginals()?.VMError : undefined
    return original !== undefined && value instanceof original
  }
}

/** An option that cannot be kept: what, why, and the way around it. */
export function cannotKeep(path: string, why: string, instead: string): VMError {
  return new VMError(`${path} ${why} ${instead}`, { code: 'BEDDEL_OPTION_UNSUPPORTED', path })
}
