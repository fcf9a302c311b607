import { createRequire } from 'node:module'
import type { OriginalVm2 } from '@beddel/executor-vm2-legacy'
import { SandboxError } from '@beddel/core'

const require = createRequire(import.meta.url)
const PACKAGE = '@beddel/executor-vm2-legacy'
let originals: OriginalVm2 | undefined

/** vm2 itself, where a VM has been made on it. */
export function loadedOriginals(): OriginalVm2 | undefined {
  return originals
}

/** vm2 itself. Throws `BEDDEL_ENGINE_UNAVAILABLE` where it is not installed. */
export function loadOriginals(): OriginalVm2 {
  if (originals !== undefined) return originals
  let found: typeof import('@beddel/executor-vm2-legacy')
  try {
    found = require(PACKAGE) as typeof found
  } catch (error) {
    throw new SandboxError(
      'BEDDEL_ENGINE_UNAVAILABLE',
      `vm2 was asked for, or no other engine was, and ${PACKAGE} cannot be loaded. Install it, or choose another engine: the option engine, BEDDEL_VM2_ENGINE, or engine under [migration] in beddel.toml.`,
      { phase: 'configure', engine: 'vm2', cause: error },
    )
  }
  return (originals = found.originalVm2())
}
