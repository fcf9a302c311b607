import type { Capabilities } from '@beddel/core'

export const ENGINE = 'vm2'

/** vm2 in this process: the guest shares the host's thread, heap and fate. */
export function vm2Capabilities(): Capabilities {
  const unbounded = 'vm2 does not bound memory; a guest that exhausts it ends this process'
  return {
    placement: 'in-process',
    boundary: false,
    survivesGuest: false,
    isolation: 'realm',
    limits: {
      wall: { enforced: 'soft', note: 'long built-ins are not interrupted' },
      cpu: { enforced: 'none', note: 'timeoutMs bounds it' },
      heap: { enforced: 'none', note: unbounded },
      externalMemory: { enforced: 'none', note: unbounded },
      stack: { enforced: 'hard' },
      operations: { enforced: 'hard', note: 'metered' },
    },
    hostCalls: 'sync+async',
    modules: true,
    wasm: true,
    codegen: true,
    typescript: true,
    session: true,
    compile: true,
    runSync: true,
    freshness: ['isolate'],
    intl: 'full',
    missingGlobals: ['FinalizationRegistry', 'Proxy', 'WeakRef'],
    blocksHost: true,
  }
}
