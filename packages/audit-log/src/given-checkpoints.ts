import { AuditError } from './audit-error.js'
import { type Checkpoint, isCheckpoint } from './checkpoint.js'

/**
 * Checkpoints that somebody gives, the smallest first. What is none is an error: it would count as held against the log, and
 * without a size it would keep the others from their turn.
 */
export function givenCheckpoints(given: readonly Checkpoint[]): Checkpoint[] {
  if (!Array.isArray(given)) throw new AuditError('AUDIT_CHECKPOINT', 'checkpoints must be a list of checkpoints')
  return given.map((one: unknown, i) => givenCheckpoint(one, `checkpoints[${i}]`)).toSorted((a, b) => a.size - b.size)
}

export function givenCheckpoint(given: unknown, name: string): Checkpoint {
  if (isCheckpoint(given)) return given
  throw new AuditError('AUDIT_CHECKPOINT', `${name} is no checkpoint: it has not the fields of one`, { path: name })
}
