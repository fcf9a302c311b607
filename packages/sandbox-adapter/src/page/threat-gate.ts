import { unsupported } from '@beddel/core'
import type { AdapterOptions } from '../adapter-options.js'
import type { Policy } from '../policies.js'

/** In a page the analysis has no thread of its own: it would stall the page. */
export function threatGateOf({ enableThreatDetection, strictMode }: AdapterOptions): undefined {
  const asked = strictMode ? 'strictMode' : enableThreatDetection && 'enableThreatDetection'
  if (asked) throw unsupported(asked, 'is not for pages. Give your own check as a policy.')
}

export const allPolicies = ({ policies }: { policies: readonly Policy[] }): readonly Policy[] => policies
