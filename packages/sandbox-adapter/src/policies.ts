import { invalid, type Language, SandboxError } from '@beddel/core'
import type { EffectReference } from './evidence.js'
import { type GivenUp, giveUp } from './give-up.js'

/** What a policy is told about a run before anything of it reaches an engine. */
export interface PolicyContext {
  /** The exact source. */
  code: string
  /** SHA-256, hex, of the source. */
  codeHash: string
  tenant: string | undefined
  language: Language
  filename: string
  /** What the caller says that the source is run as. */
  effect: EffectReference | undefined
  /** What the caller gave as signatures of the source, unchecked. */
  signatures: unknown
  /** Fires when the run's time is up or its caller gives up: nobody waits for the answer any more. */
  signal: AbortSignal
  /** How much of the run's time is left, in milliseconds. */
  timeLeftMs: number
}

export interface PolicyVerdict {
  allow: boolean
  /** Why not, in one sentence, for the error's message. */
  reason?: string
  /** Data for the error's `details`. */
  details?: Record<string, unknown>
  /** How many threats were found, allowed or not; goes into the span as `security.threats.count`. */
  threats?: number
}

/**
 * Decides before a run whether it may go on, on every engine alike. It has the run's own deadline. One that throws, or
 * that answers with anything but a verdict, refuses.
 */
export interface Policy {
  name: string
  check(context: PolicyContext): PolicyVerdict | Promise<PolicyVerdict>
  /** Asked in the place of `check` by runs that cannot wait for a promise; it keeps to `timeLeftMs` by itself. */
  checkNow?(context: PolicyContext): PolicyVerdict
}

export type PolicyFacts = Omit<PolicyContext, 'signal' | 'timeLeftMs'> & { engine: string }

export interface PolicyAnswer {
  refused?: SandboxError
  threats?: number
}

export function checkedPolicies(given: unknown): readonly Policy[] {
  if (given === undefined) return []
  if (!Array.isArray(given)) throw invalid('policies', 'must be an array of { name, check }', given)
  given.forEach((policy: Partial<Policy> | null, i) => {
    if (typeof policy?.name !== 'string' || policy.name === '') throw invalid(`policies[${i}].name`, 'must be a string that is not empty')
    if (typeof policy.check !== 'function') throw invalid(`policies[${i}].check`, 'must be a function', policy.check)
    if (policy.checkNow !== undefined && typeof policy.checkNow !== 'function') {
      throw invalid(`policies[${i}].checkNow`, 'must be a function', policy.checkNow)
    }
  })
  return [...(given as Policy[])]
}

/** Asks one after another; the first refusal ends it. Settles within `timeoutMs`. */
export async function askPolicies(
  policies: readonly Policy[],
  facts: PolicyFacts,
  timeoutMs: number,
  abort?: AbortSignal,
): Promise<PolicyAnswer> {
  const over = new AbortController()
  const { given, stop } = giveUp(timeoutMs, abort)
  const answer: PolicyAnswer = {}
  const until = performance.now() + timeoutMs
  try {
    for (const policy of policies) {
      const asked = ask(policy, contextOf(facts, over.signal, until))
      const verdict = await Promise.race([asked, given])
      if (typeof verdict === 'string') return { ...answer, refused: gaveUp(verdict, policy, facts, abort) }
      if (take(answer, policy, verdict, facts)) return answer
    }
    return answer
  } finally {
    stop()
    over.abort()
  }
}

export type Asked = { given: unknown; error?: undefined } | { given?: undefined; error: unknown }

export function contextOf(facts: PolicyFacts, signal: AbortSignal, until: number): PolicyContext {
  const { code, codeHash, tenant, language, filename, effect, signatures } = facts
  return { code, codeHash, tenant, language, filename, effect, signatures, signal, timeLeftMs: Math.max(0, until - performance.now()) }
}

async function ask(policy: Policy, context: PolicyContext): Promise<Asked> {
  try {
    return { given: await policy.check(context) }
  } catch (error) {
    return { error }
  }
}

/** Adds a verdict to the answer; `true` where it refuses. */
export function take(answer: PolicyAnswer, policy: Policy, asked: Asked, { engine }: PolicyFacts): boolean {
  const refuse = (message: string, details: object = {}, cause?: unknown): true => {
    answer.refused = new SandboxError('BEDDEL_POLICY', message, {
      phase: 'admit',
      engine,
      details: { ...details, policy: policy.name },
      cause,
    })
    return true
  }
  if ('error' in asked) {
    const { error } = asked
    const why = error instanceof Error ? error.message : String(error)
    return refuse(`The policy ${policy.name} failed, so the run is refused: ${why}`, {}, error)
  }
  const { allow, reason, details, threats } = (asked.given ?? {}) as Partial<PolicyVerdict>
  if (typeof threats === 'number') answer.threats = (answer.threats ?? 0) + threats
  if (allow === true) return false
  if (allow !== false) return refuse(`The policy ${policy.name} gave no verdict, so the run is refused`)
  return refuse(`The policy ${policy.name} refused the run${reason === undefined ? '' : `: ${reason}`}`, details)
}

export function gaveUp(why: GivenUp, policy: Policy, { engine }: PolicyFacts, abort: AbortSignal | undefined): SandboxError {
  const init = { phase: 'admit', engine, details: { policy: policy.name } } as const
  if (why === 'abort') return new SandboxError('BEDDEL_ABORTED', 'The run was aborted by its signal', { ...init, cause: abort?.reason })
  return new SandboxError('BEDDEL_TIMEOUT', `The run's time was up while the policy ${policy.name} looked at it`, init)
}
