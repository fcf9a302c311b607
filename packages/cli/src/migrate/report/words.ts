/** Rounded down, so that only all of it is 100 %. */
export function percent(share: number): string {
  const tenths = Math.floor(share * 1000 + 1e-9) / 10
  return `${tenths} %`
}

export const plural = (count: number, thing: string): string => `${grouped(count)} ${thing}${count === 1 ? '' : 's'}`

/** `12,345` */
export const grouped = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',')

/** A duration in ms with three digits that count. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return '–'
  if (ms >= 10_000) return `${Number((ms / 1000).toPrecision(3))} s`
  return `${Number(ms.toPrecision(3))} ms`
}

export const day = (at: number): string => new Date(at).toISOString().slice(0, 10)
export const minute = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')

/** `share 10, busy 2` */
export const counted = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${grouped(count)}`)
    .join(', ')
