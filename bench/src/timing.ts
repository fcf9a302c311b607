import { setTimeout as pause } from 'node:timers/promises'

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** Calls a second with `concurrency` of them under way at any time, counted over about `spanMs`. */
export async function perSecond(spanMs: number, concurrency: number, call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  const endsAt = startedAt + spanMs
  let done = 0
  const lane = async () => {
    while (performance.now() < endsAt) {
      await call()
      done++
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  return (done * 1000) / (performance.now() - startedAt)
}

/** The median duration of one call in milliseconds, one after another for about `spanMs`, with a pause in between. */
export async function latency(spanMs: number, call: () => Promise<unknown>, pauseMs = 0): Promise<number> {
  const samples: number[] = []
  const endsAt = performance.now() + spanMs
  while (performance.now() < endsAt || samples.length < 5) {
    const startedAt = performance.now()
    await call()
    samples.push(performance.now() - startedAt)
    if (pauseMs > 0) await pause(pauseMs)
  }
  return median(samples)
}

/** The median duration of one synchronous call in milliseconds; calls are timed by the hundred, for the clock's sake. */
export function latencySync(spanMs: number, call: () => void): number {
  const samples: number[] = []
  const endsAt = performance.now() + spanMs
  while (performance.now() < endsAt) {
    const startedAt = performance.now()
    for (let i = 0; i < 100; i++) call()
    samples.push((performance.now() - startedAt) / 100)
  }
  return median(samples)
}
