import { invalid, SandboxError, unsupported } from '@beddel/core'
import type { AdapterOptions } from './adapter-options.js'
import { requireNow } from './host.js'
import type { Policy } from './policies.js'

const DETECTOR = '@beddel/threat-detector'

/** What `enableThreatDetection` and `strictMode` come to. */
export interface ThreatGate {
  /** The option that asked for it. */
  option: 'enableThreatDetection' | 'strictMode'
  mode: 'warn' | 'block'
}

export function threatGateOf({ enableThreatDetection, strictMode }: AdapterOptions): ThreatGate | undefined {
  for (const [key, value] of Object.entries({ enableThreatDetection, strictMode })) {
    if (value !== undefined && typeof value !== 'boolean') throw invalid(key, 'must be true or false', value)
  }
  if (strictMode === true) {
    if (enableThreatDetection === false)
      throw invalid('strictMode', 'blocks what the threat detector finds, and enableThreatDetection is false')
    return { option: 'strictMode', mode: 'block' }
  }
  return enableThreatDetection === true ? { option: 'enableThreatDetection', mode: 'warn' } : undefined
}

interface Gated {
  policies: readonly Policy[]
  threatGate: ThreatGate | undefined
}

/** All policies, the detector's first. Loads the detector where an option asked for it, and only then. */
export async function allPolicies({ policies, threatGate }: Gated): Promise<readonly Policy[]> {
  if (threatGate === undefined) return policies
  try {
    return [(await import('@beddel/threat-detector')).threatPolicy({ mode: threatGate.mode }), ...policies]
  } catch (error) {
    throw notThere(threatGate, error)
  }
}

/** As {@link allPolicies} for a caller who cannot wait. */
export function allPoliciesNow({ policies, threatGate }: Gated): readonly Policy[] {
  if (threatGate === undefined) return policies
  try {
    return [(requireNow(DETECTOR) as typeof import('@beddel/threat-detector')).threatPolicy({ mode: threatGate.mode }), ...policies]
  } catch (error) {
    throw notThere(threatGate, error)
  }
}

export function notThere({ option }: ThreatGate, error: unknown): unknown {
  if (SandboxError.isInstance(error)) return error
  const { code, message = String(error) } = error as { code?: string; message?: string }
  const absent = (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && message.includes(`'${DETECTOR}'`)
  const why = absent
    ? `needs the threat detector. Install ${DETECTOR}, or give your own check as a policy.`
    : `needs the threat detector, and ${DETECTOR} cannot be loaded: ${message}`
  return unsupported(option, why, { install: DETECTOR })
}
