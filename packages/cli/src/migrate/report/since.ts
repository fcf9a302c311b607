import { UsageError } from '../../print.js'

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** A length of time before now (`30m`, `12h`, `7d`, `2w`) or a date (`2026-11-30`, `2026-11-30T12:00Z`); in ms since the epoch. */
export function since(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined
  const [, count, unit] = /^(\d{1,6})([mhdw])$/.exec(text) ?? []
  if (count !== undefined) return now - Number(count) * (UNITS[unit as string] as number)
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw new UsageError(`--since ${text} is no time: give a length as 30m, 12h, 7d or 2w, or a date as 2026-11-30`)
  return at
}
