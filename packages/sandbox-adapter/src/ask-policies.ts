/** Apart from where they are: a page loads them when there are policies. */
export { askPolicies, askPoliciesNow } from './policies.js'
