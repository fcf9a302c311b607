import { createHash } from 'node:crypto'
import { ATTACKS, testIds } from '@beddel/conformance'
import type { Cell } from './cells.ts'

/** Which kit a cell was made with: what it tested, by a hash of the ids. How a test looks inside is not in it. */
export interface Kit {
  tests: number
  attacks: number
  /** Absent in cells that were written before it was kept. */
  hash?: string
}

export function kitOf(tests: readonly string[], attacks: readonly string[]): Kit {
  const hash = createHash('sha256').update([...tests.toSorted(), '', ...attacks.toSorted()].join('\n'))
  return { tests: tests.length, attacks: attacks.length, hash: hash.digest('hex').slice(0, 12) }
}

/** The kit of this repository, as it is built. */
export const kitOfToday = (): Kit =>
  kitOf(
    testIds(),
    ATTACKS.map(({ id }) => id),
  )

/** The kit that made a cell. Every provider gets every test and every attack, so an old cell's results count them. */
export function kitOfCell({ kit, report }: Cell): Kit | undefined {
  if (kit !== undefined || report === undefined) return kit
  const { suites, attacks } = report
  return { tests: suites.passed + suites.failed, attacks: Object.values(attacks).reduce((sum, count) => sum + count, 0) }
}

/** Whether a cell is not there, did not hold, or was made with another kit than today's. */
export function isMissing(cell: Cell | undefined, today: Kit): boolean {
  const kit = cell && kitOfCell(cell)
  if (kit === undefined || cell?.report?.conforms !== true) return true
  return kit.tests !== today.tests || kit.attacks !== today.attacks || (kit.hash !== undefined && kit.hash !== today.hash)
}
