import { type AuditedPolicy, type Language, SandboxError } from '@beddel/core'
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
  /** What each policy that was asked has decided. */
  decisions: AuditedPolicy[]
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
  const answer: PolicyAnswer = { decisions: [] }
  const until = performance.now() + timeoutMs
  try {
    for (const policy of policies) {
      const asked = ask(policy, contextOf(facts, over.signal, until))
      const verdict = await Promise.race([asked, given])
      if (typeof verdict === 'string') {
        const refused = gaveUp(verdict, policy, facts, abort)
        answer.decisions.push({ policy: policy.name, allowed: false, reason: refused.message })
        return { ...answer, refused }
      }
      if (take(answer, policy, verdict, facts)) return answer
    }
    return answer
  } finally {
    stop()
    over.abort()
  }
}

/** As {@link askPolicies} for a caller who cannot wait: a policy that answers with a promise refuses. */
export function askPoliciesNow(policies: readonly Policy[], facts: PolicyFacts, timeoutMs: number): PolicyAnswer {
  const answer: PolicyAnswer = { decisions: [] }
  const until = performance.now() + timeoutMs
  for (const policy of policies) {
    let verdict: Asked
    try {
      const context = contextOf(facts, new AbortController().signal, until)
      const given = policy.checkNow === undefined ? policy.check(context) : policy.checkNow(context)
      if (typeof (given as { then?: unknown } | null)?.then === 'function') {
        Promise.resolve(given).catch(() => {})
        throw new TypeError('it answers with a promise, for which a synchronous run cannot wait')
      }
      verdict = { given }
    } catch (error) {
      verdict = { error }
    }
    if (performance.now() >= until) {
      const refused = gaveUp('timeout', policy, facts, undefined)
      answer.decisions.push({ policy: policy.name, allowed: false, reason: refused.message })
      return { ...answer, refused }
    }
    if (take(answer, policy, verdict, facts)) return answer
  }
  return answer
}

type Asked = { given: unknown; error?: undefined } | { given?: undefined; error: unknown }

function contextOf(facts: PolicyFacts, signal: AbortSignal, until: number): PolicyContext {
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
function take(answer: PolicyAnswer, policy: Policy, asked: Asked, { engine }: PolicyFacts): boolean {
  const found: { threats?: number } = {}
  const refuse = (message: string, details: object = {}, cause?: unknown): true => {
    answer.decisions.push({ policy: policy.name, allowed: false, reason: message, ...found })
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
  if (typeof threats === 'number') {
    answer.threats = (answer.threats ?? 0) + threats
    found.threats = threats
  }
  if (allow === true) {
    answer.decisions.push({ policy: policy.name, allowed: true, ...found })
    return false
  }
  if (allow !== false) return refuse(`The policy ${policy.name} gave no verdict, so the run is refused`)
  return refuse(`The policy ${policy.name} refused the run${reason === undefined ? '' : `: ${reason}`}`, details)
}

function gaveUp(why: GivenUp, policy: Policy, { engine }: PolicyFacts, abort: AbortSignal | undefined): SandboxError {
  const init = { phase: 'admit', engine, details: { policy: policy.name } } as const
  if (why === 'abort') return new SandboxError('BEDDEL_ABORTED', 'The run was aborted by its signal', { ...init, cause: abort?.reason })
  return new SandboxError('BEDDEL_TIMEOUT', `The run's time was up while the policy ${policy.name} looked at it`, init)
}
