import { createRequire } from 'node:module'
import { warnOnce } from './warning.js'

/** All that vm2 itself exports. */
export type OriginalVm2 = typeof import('vm2')

/**
 * vm2 as it is, in its only copy that `require('vm2')` gives: not the one that this package's engine runs guests in. For
 * those who move away from it one call site at a time. Prints vm2's disclaimer once, unless told not to.
 */
export function originalVm2(options: { suppressWarning?: boolean } = {}): OriginalVm2 {
  warnOnce(options.suppressWarning)
  return createRequire(import.meta.url)('vm2') as OriginalVm2
}
