import { reflectApply } from './primordials.js'

/** Arguments of a call that takes 64 KiB of the stack; 16 KiB where there is no Node, whose modules load when first used. */
const ROOM: undefined[] = Array.from({ length: 'process' in globalThis ? 8_192 : 2_048 })
const noop: (...ignored: undefined[]) => void = () => {}

/**
 * Throws a RangeError unless so much of the stack is free. A guest chooses at which depth it calls the host, and must
 * not choose where a host function stops half-way: Node itself aborts where it cannot finish loading one of its modules.
 */
export function leaveRoom(): void {
  reflectApply(noop, undefined, ROOM)
}
