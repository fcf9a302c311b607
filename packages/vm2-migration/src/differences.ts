import { channel } from 'node:diagnostics_channel'

/** Where vm2 would have shared something live, and a copy was used instead. */
export const DIFFERENCES = {
  'host-object-changed-by-guest': 'The guest changed its copy of an object of the host. With vm2 the host would see that.',
  'host-object-changed-by-host':
    'The host changed an object after it was given to the guest, which has a copy. With vm2 the guest would see that.',
  'host-object-not-watched': 'An object is too large to notice when one side changes its copy.',
  'guest-object-copied': 'An object with functions came from the guest as a copy. With vm2 it would be live.',
  'module-in-guest': 'A module was loaded inside the guest. vm2 would have loaded it in the host, since require.context was not stated.',
  'builtin-in-guest': 'The guest got our version of a module of Node. vm2 would have given it the host’s.',
} as const

export type DifferenceCode = keyof typeof DIFFERENCES

export interface Difference {
  code: DifferenceCode
  /** What it is about: a global and a path in it, `arguments[0].x`, `result.y`, a module. */
  path: string
  message: string
  engine: string
  /** The option `name` of the VM. */
  name: string | undefined
}

/** Every difference is published here, as a {@link Difference}. */
export const DIFFERENCE_CHANNEL = 'beddel:vm2-migration:difference'
const published = channel(DIFFERENCE_CHANNEL)
const warned = new Set<string>()

export const isDifference = (code: unknown): code is DifferenceCode => typeof code === 'string' && Object.hasOwn(DIFFERENCES, code)

/** Tells who listens; where nobody does, one process warning for each code. */
export function report(difference: Difference, listener: ((difference: Difference) => void) | undefined): void {
  published.publish(difference)
  if (listener !== undefined) {
    listener(difference)
    return
  }
  if (published.hasSubscribers || warned.has(difference.code)) return
  warned.add(difference.code)
  process.emitWarning(`${difference.path}: ${difference.message}`, {
    type: 'Vm2MigrationWarning',
    code: 'BEDDEL_VM2_DIFFERENCE',
    detail: `${difference.code}. Give onDifference, or subscribe to the diagnostics channel "${DIFFERENCE_CHANNEL}", to see all of them.`,
  })
}
