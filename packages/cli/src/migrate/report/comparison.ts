import { Differences } from './differences.js'
import type { Ending, Recording } from './recording.js'
import { Side } from './side.js'

/** Slower is not other: such a run counts as equal, and is told. */
export const TIMING = 'timing'

/** Runs of a call site that one other engine ran too. */
export class Comparison {
  readonly first = new Side()
  readonly second = new Side()
  /** Who answered the caller, in the last of these runs. */
  firstEngine = ''
  compared = 0
  equal = 0
  last = -Infinity
  readonly differences = new Differences()

  constructor(readonly engine: string) {}

  /** Whether the answers were equal. */
  add(recording: Recording, second: Ending): boolean {
    const { at, first, differences } = recording
    this.compared++
    this.first.add(first)
    this.second.add(second)
    if (at >= this.last) {
      this.last = at
      this.firstEngine = first.engine
    }
    this.differences.add(recording)
    const equal = differences.every(({ kind }) => kind === TIMING)
    if (equal) this.equal++
    return equal
  }
}
