/** The run that this cell is at. In a session each call begins a new one. */
export const run = {
  /** Grows with each SETUP: what an earlier run left behind can tell that it is late. */
  generation: 0,
  /** How it ended; the host knows it where `ended`. */
  ending: undefined as { op: number; a: string; b: string } | undefined,
  ended: true,
  /** The entry that goes on answers with the ending. */
  lends: false,
  filename: 'guest.js',
  columnShift: 0,
  resultBytes: 0,
  /** Tells how many operations are left, where the source counts them. */
  operationsLeft: undefined as (() => number) | undefined,
  logBytes: 0,
  /** Lines that may still be written. */
  logLines: 0,
  logsDropped: 0,
  hostCallsLeft: 0,
  /** The guest's function that the value is given to before it is sent. */
  through: undefined as string | undefined,
  /** The SyntaxError that EVAL kept until the host has looked whether it is the source's own. */
  kept: undefined as unknown,
}
