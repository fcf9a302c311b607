import type { Capabilities, Placement } from '@beddel/core'
import { MEMORY_FLOOR } from './image.js'

export const ENGINE = 'quickjs'

/** QuickJS-NG in WebAssembly, each cell an instance of its own. */
export function quickJsCapabilities(placement: Placement = 'process'): Capabilities {
  const inProcess = placement === 'in-process'
  return {
    placement,
    boundary: true,
    // WebAssembly keeps the host alive, but a built-in over a huge length stalls it for as long as it runs.
    survivesGuest: !inProcess,
    isolation: inProcess ? 'engine' : 'process',
    limits: {
      wall: inProcess ? { enforced: 'soft', note: 'built-ins over a huge length are not interrupted' } : { enforced: 'hard' },
      cpu: { enforced: 'none', note: 'timeoutMs bounds it' },
      heap: { enforced: 'hard', min: MEMORY_FLOOR },
      externalMemory: { enforced: 'hard', note: 'ArrayBuffers are in the heap and count there' },
      stack: { enforced: 'hard' },
      operations: { enforced: 'hard', note: 'counted by the engine: the same source makes the same number each time' },
    },
    hostCalls: 'sync+async',
    modules: true,
    wasm: false,
    codegen: true,
    typescript: true,
    session: true,
    compile: true,
    runSync: true,
    // A cell is never used twice: who asks for a new context gets a new instance.
    freshness: ['isolate', 'context'],
    intl: 'none',
    blocksHost: inProcess,
  }
}
