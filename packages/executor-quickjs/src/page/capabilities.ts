import type { Capabilities } from '@beddel/core'
import { quickJsCapabilities } from '../capabilities.js'

/** In a page: workers in a sandboxed frame, which are ended where QuickJS cannot be interrupted. */
export function pageCapabilities(): Capabilities {
  const { limits, ...held } = quickJsCapabilities('in-process')
  return {
    ...held,
    survivesGuest: true,
    isolation: 'engine',
    limits: { ...limits, wall: { enforced: 'hard' } },
    // A worker cannot wait for its page.
    hostCalls: 'async',
    runSync: false,
    blocksHost: false,
  }
}
