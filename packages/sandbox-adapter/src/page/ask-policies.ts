import type * as policies from '../policies.js'

/** Loaded with the first run that is asked about: most pages have no policies. */
export const askPolicies: typeof policies.askPolicies = async (...args) => (await import('../policies.js')).askPolicies(...args)

/** No engine of a page can make its caller wait, so nobody comes here. */
export const askPoliciesNow: typeof policies.askPoliciesNow = () => {
  throw new Error('nothing is synchronous in a page')
}
