import type { Better, Row } from './figure.ts'
import { median } from './timing.ts'

/** One side of a comparison: measures for a moment and gives one number. */
export type Measure = () => Promise<number>

/** How much is measured; `--quick` is for a look, not for publishing. */
export interface Rounds {
  /** Rounds of each side; they take turns. */
  count: number
  /** How long one side measures in one round, in milliseconds. */
  spanMs: number
  /** Runs after which the host's memory is looked at. */
  manyRuns: number
}

export const FULL: Rounds = { count: 7, spanMs: 400, manyRuns: 10_000 }
export const QUICK: Rounds = { count: 3, spanMs: 150, manyRuns: 1_000 }

/** Each side's numbers, one a round. The sides take turns, and who begins changes from round to round. */
export async function interleave<K extends string>(rounds: number, sides: Record<K, Measure>): Promise<Record<K, number[]>> {
  const names = Object.keys(sides) as K[]
  const numbers = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>
  for (let round = 0; round <= rounds; round++) {
    const order = round % 2 === 0 ? names : names.toReversed()
    for (const name of order) {
      const number = await sides[name]()
      // The first round warms up.
      if (round > 0) numbers[name].push(number)
    }
  }
  return numbers
}

/** A row of two sides' rounds. Its ratio is the median of the rounds' own: neighbours in time share the machine's mood. */
export function compare(
  ours: readonly number[],
  peer: readonly number[],
  row: { what?: string; against: string; unit: string; better: Better; must?: number; aim?: number },
): Row {
  const ratios = ours.map((value, round) => value / (peer[round] as number))
  return {
    ...row,
    ours: median(ours),
    peer: median(peer),
    held: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
  }
}
