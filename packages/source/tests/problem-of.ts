import { SourceError, type SourceProblem } from '../src/problem.js'

/** The problem of the SourceError that `work` throws. Fails for anything else. */
export function problemOf(work: () => unknown): SourceProblem {
  try {
    work()
  } catch (error) {
    if (error instanceof SourceError) return error.problem
    throw error
  }
  throw new Error('expected a SourceError, nothing was thrown')
}
