/** What is wrong with a source, and where. */
export interface SourceProblem {
  /** One plain sentence: no path, no code frame, no colour. It may quote the source. */
  message: string
  /** The line, from 1. Lines end at the line terminators of JavaScript: LF, CR, CRLF, U+2028, U+2029. */
  line: number
  /** The column in UTF-16 units, from 1. */
  column: number
  /** The place in the source in UTF-16 units, from 0 up to the source's length. */
  offset: number
  /** The source is nested more deeply than the parser can go. */
  tooDeep?: true
}

/** A source that this package refuses. Tell it from other errors by its `name`, `'SourceError'`. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
  readonly problem: SourceProblem

  constructor(problem: SourceProblem) {
    super(problem.message)
    this.problem = problem
  }
}

/** The error for a problem at `offset`, which is moved into the source if it lies outside. */
export function problemAt(source: string, offset: number, message: string): SourceError {
  const at = Math.min(Math.max(offset, 0), source.length)
  const lineEnd = /\r\n|[\n\r\u2028\u2029]/g
  let line = 1
  let lineStart = 0
  for (let end = lineEnd.exec(source); end && lineEnd.lastIndex <= at; end = lineEnd.exec(source)) {
    line++
    lineStart = lineEnd.lastIndex
  }
  return new SourceError({
    message: plain(message),
    line,
    column: at - lineStart + 1,
    offset: at,
    ...(message === TOO_DEEP && { tooDeep: true as const }),
  })
}

const MAX_MESSAGE = 300

/** A parser's message on one line: it can quote the guest, so it is neither trusted nor unbounded. */
function plain(message: string): string {
  const line = message.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE - 1)}…` : line
}

/** What is said of a source that overflows a parser's stack. */
export const TOO_DEEP = 'The source is nested too deeply'
