import { reflectApply } from './primordials.js'

/** Arguments of a call that takes 64 KiB of the stack. */
const ROOM: undefined[] = Array.from({ length: 8_192 })
const noop: (...ignored: undefined[]) => void = () => {}

/**
 * Throws a RangeError unless 64 KiB of the stack are free. A guest chooses at which depth it calls the host, and must
 * not choose where a host function stops half-way: Node itself aborts where it cannot finish loading one of its modules.
 */
export function leaveRoom(): void {
  reflectApply(noop, undefined, ROOM)
}
