import type { Program } from 'acorn'
import { GuestParser } from './guest-parser.js'
import { problemAt, TOO_DEEP } from './problem.js'

export { SourceError } from './problem.js'
export type { SourceProblem } from './problem.js'

/** What a source is compiled as. */
export type SourceForm = 'script' | 'body' | 'module'

/**
 * Parses a source as the engine will. `preserveParens` gives parentheses around an expression a node of their own.
 *
 * @throws {SourceError} with the place of the first error.
 */
export function parse(source: string, form: SourceForm, preserveParens = false): Program {
  try {
    return GuestParser.parse(source, {
      ecmaVersion: 'latest',
      sourceType: form === 'module' ? 'module' : 'script',
      allowReturnOutsideFunction: form === 'body',
      allowAwaitOutsideFunction: form === 'body',
      allowHashBang: form !== 'body',
      preserveParens,
    })
  } catch (error) {
    if (error instanceof RangeError) throw problemAt(source, 0, TOO_DEEP)
    if (!(error instanceof SyntaxError)) throw error
    const { message, pos } = error as SyntaxError & { pos: number }
    throw problemAt(source, pos, sentence(message, pos >= source.length))
  }
}

/** acorn's message without the place at its end, and in the words that this package uses. */
function sentence(message: string, atEnd: boolean): string {
  if (message.startsWith('Not enough stack space')) return TOO_DEEP
  const plain = message.replace(/ \(\d+:\d+\)$/, '')
  return atEnd && plain === 'Unexpected token' ? 'Unexpected end of input' : plain
}
