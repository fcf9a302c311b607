import { ERROR_CODES, type ErrorCode, type ErrorOrigin, type Explanation } from '@beddel/sandbox-adapter'

/** What the process ends with. Scripts depend on these numbers: they do not change. */
export const EXIT = { ok: 0, guest: 1, usage: 2, limit: 3, refused: 4, engine: 5 } as const

const BY_ORIGIN: Record<ErrorOrigin, number> = {
  guest: EXIT.guest,
  boundary: EXIT.guest,
  limit: EXIT.limit,
  host: EXIT.refused,
  engine: EXIT.engine,
}

export function exitCodeOf({ code, origin }: { code: ErrorCode; origin: ErrorOrigin }): number {
  // The cell broke the protocol: that is the engine's failure, whoever made it fail.
  return code === 'BEDDEL_PROTOCOL' ? EXIT.engine : BY_ORIGIN[origin]
}

/** For a report: 0 where an engine would be chosen, else what its problem stands for. */
export function exitCodeOfReport({ problem }: Pick<Explanation, 'problem'>): number {
  return problem === undefined ? EXIT.ok : exitCodeOf({ code: problem.code, origin: ERROR_CODES[problem.code].origin })
}
