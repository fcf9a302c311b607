import { type KitEnvironment, plainClock } from './environment.js'

/** How long a call took, without the time in which this host had no processor. */
export async function timed<T>(call: () => Promise<T>, environment?: Pick<KitEnvironment, 'clock'>): Promise<{ outcome: T; ms: number }> {
  const clock = (environment?.clock ?? plainClock)()
  const startedAt = clock.now()
  const outcome = await call()
  const ms = clock.now() - startedAt
  clock.close()
  return { outcome, ms }
}
