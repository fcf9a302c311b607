import type { Capabilities, Placement } from '@beddel/core'

export const ENGINE = 'isolated-vm'

/** V8 isolates by isolated-vm. */
export function isolatedVmCapabilities(placement: Placement = 'process'): Capabilities {
  const inProcess = placement === 'in-process'
  return {
    placement,
    boundary: true,
    survivesGuest: !inProcess,
    isolation: inProcess ? 'engine' : 'process',
    limits: {
      wall: { enforced: inProcess ? 'soft' : 'hard', ...(inProcess && { note: 'long built-ins are not interrupted' }) },
      cpu: { enforced: 'none', note: 'timeoutMs bounds it' },
      heap: { enforced: inProcess ? 'soft' : 'hard', min: 8 * 1024 * 1024, note: 'below 8 MiB it is checked when the run ends' },
      externalMemory: {
        enforced: inProcess ? 'soft' : 'hard',
        note: inProcess ? 'ArrayBuffers count, WebAssembly does not' : 'by resident memory',
      },
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
    freshness: ['isolate', 'context'],
    intl: 'full',
    blocksHost: inProcess,
  }
}
