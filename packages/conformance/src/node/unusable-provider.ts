import { SandboxError } from '@beddel/core'

/** No host could load the provider, or make an executor of it: there is nothing to be tested. */
export class UnusableProvider extends Error {
  override readonly name = 'UnusableProvider'
  /** Whether the caller's arguments are at fault (the module's export, the options), and not the engine. */
  readonly misuse: boolean

  constructor(message: string, { misuse }: { misuse: boolean }) {
    super(message)
    this.misuse = misuse
  }
}

/** What kept a host from making an executor, as data. */
export function unusable(error: unknown): { message: string; misuse: boolean } {
  if (error instanceof UnusableProvider) return { message: error.message, misuse: error.misuse }
  if (SandboxError.isInstance(error)) {
    const misuse = error.code === 'BEDDEL_INVALID_OPTION' || error.code === 'BEDDEL_OPTION_UNSUPPORTED'
    return { message: error.message, misuse }
  }
  // What a module throws while it is loaded is for its author, who looks for the line.
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error), misuse: false }
}
