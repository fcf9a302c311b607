import type { CompilerFunction } from './options.js'
import type { RequireOptions } from './modules.js'
import { loadOriginals } from './originals.js'

/** What a NodeVM's `require` option says, to be used for many of them. */
export class Resolver {
  #original: object | undefined

  constructor(
    readonly options: RequireOptions,
    readonly override?: Record<string, unknown>,
    readonly compiler?: CompilerFunction,
  ) {}

  /** The same resolver for vm2 itself. */
  original(): object {
    return (this.#original ??= loadOriginals().makeResolverFromLegacyOptions(this.options as never, this.override as never, this.compiler))
  }
}

/** A resolver as `NodeVM` makes it of its `require` option. `override` and `compiler` are heeded by vm2 only. */
export function makeResolverFromLegacyOptions(
  options: RequireOptions,
  override?: Record<string, unknown>,
  compiler?: CompilerFunction,
): Resolver {
  return new Resolver(options, override, compiler)
}
