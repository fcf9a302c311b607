import { type KitEnvironment, noWaiting } from './environment.js'

/** How long a call took, without the time in which this thread had no processor. */
export async function timed<T>(call: () => Promise<T>, environment?: Pick<KitEnvironment, 'waiting'>): Promise<{ outcome: T; ms: number }> {
  const queue = (environment?.waiting ?? noWaiting)()
  const startedAt = performance.now()
  const waited = queue.read()
  const outcome = await call()
  const ms = performance.now() - startedAt - (queue.read() - waited)
  queue.close()
  return { outcome, ms }
}
