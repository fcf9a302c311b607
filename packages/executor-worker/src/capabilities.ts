import type { Capabilities, Placement } from '@beddel/core'

export const ENGINE = 'worker'

/** `node:vm` contexts: in child processes (`process`), or in worker threads of this process (`in-process`). */
export function workerCapabilities(placement: Placement = 'process'): Capabilities {
  const threads = placement === 'in-process'
  const lost = 'a guest that exhausts memory ends the whole process'
  return {
    placement,
    boundary: false,
    survivesGuest: !threads,
    isolation: threads ? 'thread' : 'process',
    limits: {
      wall: { enforced: threads ? 'soft' : 'hard', ...(threads && { note: 'long built-ins are not interrupted' }) },
      cpu: { enforced: 'none', note: 'timeoutMs bounds it' },
      heap: threads ? { enforced: 'none', note: lost } : { enforced: 'hard', note: 'by resident memory' },
      externalMemory: threads ? { enforced: 'none', note: lost } : { enforced: 'hard', note: 'by resident memory' },
      stack: { enforced: 'hard' },
      operations: { enforced: 'hard', note: 'metered' },
    },
    hostCalls: threads ? 'sync+async' : 'async',
    modules: true,
    wasm: true,
    codegen: false,
    typescript: true,
    session: true,
    compile: true,
    runSync: false,
    freshness: ['isolate'],
    intl: 'full',
    blocksHost: false,
  }
}
