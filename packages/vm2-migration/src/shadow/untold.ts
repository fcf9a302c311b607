import type { RecordedDifference } from '../recording.js'

/** Something that cannot be told to a shadow, which is over with it. */
export class Untold extends Error {
  constructor(
    readonly reason: string,
    readonly difference: RecordedDifference,
  ) {
    super(difference.message)
  }
}
