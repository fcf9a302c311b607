/** From the README of vm2, "Important Security Disclaimer". A test holds the two together. */
export const VM2_DISCLAIMER = [
  'Before using vm2, you should understand how it works and its limitations.',
  'Despite our best efforts, researchers and security professionals continuously discover new ways to escape the vm2 sandbox.',
  'New bypasses will likely be discovered in the future.',
  'You must keep vm2 updated to benefit from the latest security fixes.',
  'vm2 should not be your only line of defense.',
  "If you're running code from completely untrusted sources (e.g., arbitrary user submissions), we strongly recommend using a solution with stronger isolation guarantees.",
] as const

let warned = false

/** Prints vm2's disclaimer as a process warning, once per process. */
export function warnOnce(suppressed: boolean | undefined): void {
  if (warned || (suppressed ?? process.env.BEDDEL_SUPPRESS_VM2_WARNING === '1')) return
  warned = true
  const detail = "From vm2's own README. suppressWarning: true or BEDDEL_SUPPRESS_VM2_WARNING=1 silences this."
  process.emitWarning(VM2_DISCLAIMER.join(' '), { type: 'Vm2Warning', code: 'BEDDEL_VM2', detail })
}
