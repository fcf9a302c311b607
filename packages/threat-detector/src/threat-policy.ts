import { checkKeys, invalid, oneOf } from '@beddel/core'
import type { ThreatAnalysis } from './analysis.js'
import { SandboxThreatDetector } from './detector.js'
import type { CodeSignature } from './signing/index.js'

/** What a policy of `@beddel/sandbox-adapter` is told, as far as this one asks. */
export interface ThreatContext {
  code: string
  codeHash: string
  language: 'js' | 'ts'
  tenant?: string | undefined
  /** Signatures that came with the run; looked at where the detector has `enableCodeSigning`. */
  signatures?: unknown
  filename: string
  /** Fires when the run's time is up or its caller gives up. */
  signal: AbortSignal
  /** How much of the run's time is left, in milliseconds. */
  timeLeftMs: number
}

export interface ThreatVerdict {
  allow: boolean
  reason?: string
  /** The analysis, where it refuses. */
  details?: Record<string, unknown>
  threats: number
}

/** A policy for `@beddel/sandbox-adapter`. */
export interface ThreatPolicy {
  name: string
  check(context: ThreatContext): Promise<ThreatVerdict>
  /** For synchronous runs. */
  checkNow(context: ThreatContext): ThreatVerdict
}

export interface ThreatPolicyOptions {
  /** Default: one of its own, with its defaults. */
  detector?: SandboxThreatDetector
  /** `block` refuses what the detector blocks; `warn` lets everything pass. Default `block`. */
  mode?: 'warn' | 'block'
  /** Called with every analysis, whatever becomes of the run. What it throws refuses the run. */
  onAnalysis?(analysis: ThreatAnalysis, context: ThreatContext): void
}

/**
 * Lets a detector look at each source before it runs, on every engine alike, in a thread beside the host's and under the run's deadline.
 * It is a review: what it lets pass is not harmless for that.
 *
 * @example
 * new SandboxAdapter({ policies: [threatPolicy({ mode: 'block' })] })
 */
export function threatPolicy(options: ThreatPolicyOptions = {}): ThreatPolicy {
  if (typeof options !== 'object' || options === null) throw invalid('options', 'must be an object', options)
  checkKeys(options, ['detector', 'mode', 'onAnalysis'], 'options')
  const mode = oneOf('mode', options.mode, ['warn', 'block']) ?? 'block'
  const { detector = new SandboxThreatDetector(), onAnalysis } = options
  if (typeof detector?.analyzeElsewhere !== 'function') throw invalid('detector', 'must be a SandboxThreatDetector', detector)
  if (onAnalysis !== undefined && typeof onAnalysis !== 'function') throw invalid('onAnalysis', 'must be a function', onAnalysis)
  const verdict = (analysis: ThreatAnalysis, context: ThreatContext): ThreatVerdict => {
    onAnalysis?.(analysis, context)
    const threats = analysis.findingCount
    if (mode === 'warn' || !analysis.blocked) return { allow: true, threats }
    return { allow: false, reason: whyBlocked(analysis), details: { ...analysis }, threats }
  }
  return {
    name: 'threats',
    check: async (context) => {
      const { code, codeHash, language, signal } = context
      const signature = oneSignature(context.signatures)
      return verdict(await detector.analyzeElsewhere(code, { codeHash, language, signal, ...(signature && { signature }) }), context)
    },
    checkNow: (context) => {
      const { code, codeHash, language, timeLeftMs } = context
      const analysis = detector.analyzeElsewhereNow(code, timeLeftMs, { codeHash, language })
      if (analysis !== undefined) return verdict(analysis, context)
      return { allow: false, reason: 'its time was up before the analysis had ended', threats: 0 }
    },
  }
}

/** The one signature that a detector looks at; `signaturePolicy` is for several. */
function oneSignature(signatures: unknown): CodeSignature | undefined {
  const given: unknown = Array.isArray(signatures) && signatures.length === 1 ? signatures[0] : signatures
  return typeof given === 'object' && given !== null && 'signature' in given ? (given as CodeSignature) : undefined
}

function whyBlocked({ blockedBy, score, blockThreshold, patterns, problem }: ThreatAnalysis): string {
  if (blockedBy === 'problem' && problem) return `nothing certain can be said of the source: ${problem.message}`
  const [worst] = patterns.toSorted((a, b) => b.score - a.score)
  const place = worst === undefined ? '' : `; ${worst.name} at ${worst.line}:${worst.column}: ${worst.reason}`
  if (blockedBy === 'signature') return 'it has no valid signature of a trusted signer'
  return `its score is ${score}, and ${blockThreshold} is refused${place}`
}
