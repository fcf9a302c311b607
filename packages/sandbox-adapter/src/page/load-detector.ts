import { unsupported } from '@beddel/core'

/** It analyses in a thread of Node: in a page it would stall the page. */
export function loadDetector(): never {
  throw unsupported(
    'enableThreatDetection',
    'is not what this adapter can do in a page, where the analysis has no thread of its own. Give your own check as a policy.',
  )
}

export const loadDetectorNow = (): never => loadDetector()
