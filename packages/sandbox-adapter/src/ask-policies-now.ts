import { type Asked, contextOf, gaveUp, type Policy, type PolicyAnswer, type PolicyFacts, take } from './policies.js'

/** As {@link askPolicies} for a caller who cannot wait: a policy that answers with a promise refuses. */
export function askPoliciesNow(policies: readonly Policy[], facts: PolicyFacts, timeoutMs: number): PolicyAnswer {
  const answer: PolicyAnswer = {}
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
    if (performance.now() >= until) return { ...answer, refused: gaveUp('timeout', policy, facts, undefined) }
    if (take(answer, policy, verdict, facts)) return answer
  }
  return answer
}
