export type GivenUp = 'timeout' | 'abort'

/** When a caller gives up: resolves when his time is up or his signal fires. `stop` lets go of both. */
export function giveUp(timeoutMs: number, signal: AbortSignal | undefined): { given: Promise<GivenUp>; stop(): void } {
  const { promise: given, resolve } = Promise.withResolvers<GivenUp>()
  const timer = setTimeout(resolve, timeoutMs, 'timeout')
  const onAbort = (): void => resolve('abort')
  if (signal?.aborted === true) onAbort()
  else signal?.addEventListener?.('abort', onAbort, { once: true })
  const stop = (): void => {
    clearTimeout(timer)
    signal?.removeEventListener?.('abort', onAbort)
  }
  return { given, stop }
}
