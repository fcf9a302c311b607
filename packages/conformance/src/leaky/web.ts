import { setTimeout as hostTimeout } from 'node:timers'

let state: 'unloaded' | 'loading' | 'loaded' = 'unloaded'

/** Loads itself when it is first asked for, and like Node does not survive where the end of the stack cuts that off. */
function randomUUID(): string {
  if (state === 'loading') process.kill(process.pid, 'SIGKILL')
  if (state === 'unloaded') {
    state = 'loading'
    load(200)
    state = 'loaded'
  }
  return '00000000-0000-4000-8000-000000000000'
}

const load = (steps: number): number => (steps > 0 ? load(steps - 1) + 1 : 0)

/** The host's own things, with a timer that takes source text too. */
export function leakyWeb(): object {
  const start = (fn: unknown, ms?: number, ...args: unknown[]): unknown =>
    hostTimeout(typeof fn === 'string' ? () => globalThis.eval(fn) : (fn as () => void), ms, ...args)
  Object.defineProperty(globalThis.crypto, 'randomUUID', { value: randomUUID, configurable: true })
  return { setTimeout: start }
}
