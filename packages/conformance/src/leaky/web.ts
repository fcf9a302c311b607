import { setTimeout as hostTimeout } from 'node:timers'

/** The host's own things, with a timer that takes source text too. */
export function leakyWeb(): object {
  const start = (fn: unknown, ms?: number, ...args: unknown[]): unknown =>
    hostTimeout(typeof fn === 'string' ? () => globalThis.eval(fn) : (fn as () => void), ms, ...args)
  return { setTimeout: start }
}
