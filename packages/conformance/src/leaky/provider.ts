import { type Capabilities, type ExecutorProvider, SPEC } from '@beddel/core'
import { LeakyExecutor } from './executor.js'

/** Everything is claimed and nothing is held: each attack must get through here, or it proves nothing. */
const CLAIMS: Capabilities = {
  placement: 'in-process',
  boundary: true,
  survivesGuest: true,
  isolation: 'engine',
  limits: {
    wall: { enforced: 'hard' },
    cpu: { enforced: 'hard' },
    heap: { enforced: 'hard' },
    externalMemory: { enforced: 'hard' },
    stack: { enforced: 'hard' },
    operations: { enforced: 'hard' },
  },
  hostCalls: 'sync+async',
  modules: true,
  wasm: true,
  codegen: true,
  typescript: true,
  session: true,
  compile: true,
  runSync: false,
  freshness: ['isolate', 'context'],
  intl: 'full',
  blocksHost: false,
}

/**
 * The positive control: a provider that makes every mistake. Guests run in the host's own realm with what is the
 * host's in reach, without limits, and what one run leaves behind the next one finds. Never use it for anything else.
 */
export const leakyProvider: ExecutorProvider = {
  spec: SPEC,
  id: 'leaky',
  placements: ['in-process'],
  capabilities: () => CLAIMS,
  probe: async () => ({ engine: 'leaky', usable: true, durationMs: 0 }),
  create: async (options = {}) => new LeakyExecutor(options, CLAIMS),
}
