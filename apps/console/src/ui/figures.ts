/** Milliseconds with the digits that matter. */
export function duration(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : ms.toFixed(0)} ms`
}

export function bytes(size: number): string {
  if (size < 1024) return `${size} B`
  const [unit, one] = size < 1024 ** 2 ? (['KiB', 1024] as const) : (['MiB', 1024 ** 2] as const)
  return `${(size / one).toFixed(size < one * 10 ? 1 : 0)} ${unit}`
}

export const count = (number: number): string => number.toLocaleString('en')

/** The value below which so many of the sorted numbers are. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] as number
