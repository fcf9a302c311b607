/** No run of a page is synchronous, so nobody asks this way. */
export function askPoliciesNow(): never {
  throw new Error('no run is synchronous in a page')
}
