import { type KitEnvironment, noWaiting, type WaitClock } from './environment.js'

const { now } = performance
const clock = now.bind(performance)

/** A clock that stands still while the host has no processor, in milliseconds from any beginning. */
export function hostTime(waiting: WaitClock): () => number {
  return () => {
    // Taken off the processor between the two clocks, it would take the same wait off twice, or not at all.
    for (let tries = 0, before = waiting.read(); ; tries++) {
      const at = clock()
      const after = waiting.read()
      if (after - before < 0.5 || tries === 10) return at - after
      before = after
    }
  }
}

/** How long a call took, without the time in which the host had no processor. */
export async function timed<T>(call: () => Promise<T>, environment?: Pick<KitEnvironment, 'waiting'>): Promise<{ outcome: T; ms: number }> {
  const waiting = (environment?.waiting ?? noWaiting)()
  const time = hostTime(waiting)
  const startedAt = time()
  const outcome = await call()
  const ms = time() - startedAt
  waiting.close()
  return { outcome, ms }
}
