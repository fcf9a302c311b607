import type { Capabilities } from '@beddel/core'

export const ENGINE = 'browser'

const UNHELD = 'a page cannot bound the memory of a worker'

/** Workers in a sandboxed frame of an opaque origin. */
export function browserCapabilities(): Capabilities {
  return {
    placement: 'in-process',
    boundary: true,
    survivesGuest: true,
    isolation: 'thread',
    limits: {
      wall: { enforced: 'hard' },
      cpu: { enforced: 'none', note: 'timeoutMs bounds it' },
      heap: { enforced: 'none', note: UNHELD },
      externalMemory: { enforced: 'none', note: UNHELD },
      stack: { enforced: 'hard' },
      operations: { enforced: 'hard', note: 'metered' },
    },
    hostCalls: 'async',
    modules: true,
    wasm: true,
    codegen: true,
    typescript: true,
    session: true,
    compile: true,
    runSync: false,
    freshness: ['isolate'],
    intl: 'full',
    blocksHost: false,
  }
}
