import { checkKeys, invalid } from '@beddel/core'
import { signingErrorOf } from './codes.js'
import { checkedRequirement, type RequirementInput } from './requirement.js'
import type { SignerRegistry } from './signer-registry.js'

export interface SignaturePolicyOptions {
  registry: SignerRegistry
  /** Who must have signed: a number of signers, `{ threshold, signers }`, or the name of a requirement of the registry. */
  require: RequirementInput
  /** The policy's name in errors. Default `signatures`. */
  name?: string
}

/** What the policy needs to know of a run; the adapter's `PolicyContext` has it. */
export interface SignedRun {
  code: string
  effect?: { id: string; version?: string } | undefined
  signatures?: unknown
}

/** A verdict as the adapter's policies give it. */
export interface SignatureVerdict {
  allow: boolean
  reason?: string
  details?: Record<string, unknown>
}

/** For the adapter's `policies`. */
export interface SignaturePolicy {
  name: string
  check(run: SignedRun): Promise<SignatureVerdict>
}

/**
 * Lets a run pass only if enough signers of the registry have signed its very source for the effect that it runs as. A run
 * brings its signatures along: `run(code, { signatures, effect: { id, version } })`. A refusal is `BEDDEL_POLICY`, and
 * `details.reason` is one of `SIGNING_CODES`.
 *
 * @example
 * new SandboxAdapter({ policies: [signaturePolicy({ registry, require: { threshold: 2, signers: ['ann', 'bob', 'cy'] } })] })
 */
export function signaturePolicy(options: SignaturePolicyOptions): SignaturePolicy {
  checkKeys(options, ['registry', 'require', 'name'], 'signature policy options')
  const { registry, name = 'signatures' } = options
  if (typeof registry?.verify !== 'function') throw invalid('registry', 'must be a SignerRegistry', registry)
  const require = checkedRequirement(options.require)
  return { name, check: (run) => check(registry, require, run) }
}

async function check(
  registry: SignerRegistry,
  require: RequirementInput,
  { code, effect, signatures }: SignedRun,
): Promise<SignatureVerdict> {
  try {
    const { version } = effect ?? {}
    const expected = { effect: effect?.id ?? null, ...(version !== undefined && { version }) }
    const { accepted, reason, message, ...details } = await registry.verify(code, signatures, { require, ...expected })
    return accepted ? { allow: true } : { allow: false, reason: message, details: { reason, ...details } }
  } catch (error) {
    // A registry that cannot be read vouches for nobody.
    const { code: reason, message } = signingErrorOf(error)
    return { allow: false, reason: message, details: { reason } }
  }
}
