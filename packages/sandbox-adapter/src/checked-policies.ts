import { invalid } from '@beddel/core'
import type { Policy } from './policies.js'

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
