import type { Rounds } from './rounds.ts'

/** Which way is better, and how a ratio or a value is held against `must` and `aim`. */
export type Better = 'more' | 'less'

/** One line of the table: ours, beside a peer's or by itself. */
export interface Row {
  /** What was measured, when it is not the figure's title alone. */
  what?: string
  against: string
  unit: string
  better: Better
  ours: number
  /** Absent where the figure is held against a number, not a peer. */
  peer?: number
  /** The value that is held against `must` and `aim`: ours / peer, or ours itself. */
  held: number
  /** Absent: shown for information, not judged. */
  must?: number
  aim?: number
  /** Least and greatest of the rounds' own ratios, where there is a peer. */
  spread?: readonly [number, number]
}

export interface Figure {
  /** For `--only`. */
  name: string
  title: string
  against: string
  must: string
  aim: string
  measure(rounds: Rounds): Promise<Row[]>
}

export type Verdict = 'aim met' | 'met' | 'not met' | 'for information'

export function verdict({ held, must, aim, better }: Row): Verdict {
  const reaches = (bar: number) => (better === 'more' ? held >= bar : held <= bar)
  if (must === undefined) return 'for information'
  if (aim !== undefined && reaches(aim)) return 'aim met'
  return reaches(must) ? 'met' : 'not met'
}
