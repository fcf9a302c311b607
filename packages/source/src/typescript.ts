import { problemAt } from './problem.js'
import { type Diagnostic, strip } from './stripper.js'
import { offsetOf } from './swc-position.js'

export { SourceError } from './problem.js'
export type { SourceProblem } from './problem.js'

/**
 * Takes the types out of a TypeScript source. Each type becomes spaces of the same length, so every offset, line and
 * column of the result is the caller's, and the result is as long as the source.
 *
 * Scripts, modules and bodies of an async function (top-level `return`) are taken; all are read by TypeScript's rules,
 * which are those of strict code. The first call compiles a WebAssembly module of 2.8 MB (about 15 ms). A hostile
 * source can take time exponential in its length and gigabytes of memory, so call this only where it can be killed.
 *
 * @throws {SourceError} for what cannot be parsed, for what is nested too deeply, and for TypeScript that is more than
 * types: enums, namespaces with values, parameter properties, `import x = require()`, `export =`, `<T>x`.
 */
export function stripTypes(source: string): string {
  // swc drops a byte order mark, which would move every offset.
  const mark = source.startsWith('\ufeff') ? 1 : 0
  const text = source.slice(mark)
  const first = attempt(text, '', '')
  if (first.code !== undefined) return source.slice(0, mark) + first.code
  let { offset, message } = first
  if (first.mayBeBody && text.includes('return')) {
    // swc has no option for a top-level `return`. The wrapper is cut off again and nothing here runs or trusts it:
    // whoever compiles the result decides whether it is a body.
    const body = attempt(text, 'async function _(){', '\n}')
    if (body.code !== undefined) return source.slice(0, mark) + body.code
    // What is no syntax error there is the reason: the first attempt ended at the `return`.
    if (!body.mayBeBody || body.offset > offset) ({ offset, message } = body)
  }
  throw problemAt(source, offset + mark, message)
}

type Attempt = { code: string } | { code?: undefined; offset: number; message: string; mayBeBody: boolean }

function attempt(text: string, before: string, after: string): Attempt {
  const wrapped = before + text + after
  const answer = strip(wrapped)
  if (answer.code === undefined) return failed(answer, text, wrapped, before.length)
  if (answer.code.length !== wrapped.length) return { offset: 0, message: 'Types cannot be removed in place', mayBeBody: false }
  return { code: keepSemicolons(text, keepSurrogates(text, answer.code.slice(before.length, before.length + text.length))) }
}

/**
 * swc takes a declaration's semicolon along, on whatever line that stands. Where the next statement would go on with the one before
 * (`type A = 1` and `;[5].map(f)` on the next line) it is put back. One within a type has more of that type behind it.
 */
function keepSemicolons(source: string, code: string): string {
  let result = ''
  let from = 0
  for (const { index, 0: match } of source.matchAll(/(?<=^[ \t]*);\s*[([`+\-/]/gm)) {
    const next = index + match.length - 1
    if (code[index] !== ' ' || code[next] !== source[next]) continue
    result += `${code.slice(from, index)};`
    from = index + 1
  }
  return result + code.slice(from)
}

function failed(answer: Diagnostic, text: string, wrapped: string, shift: number): Attempt {
  if (answer.kind === 'gave-up') return { offset: 0, message: answer.message, mayBeBody: false }
  const offset = offsetOf(wrapped, answer.line, answer.column) - shift
  const message = offset >= text.length ? 'Unexpected end of input' : answer.message
  return { offset: Math.min(offset, text.length), message, mayBeBody: answer.kind === 'syntax' }
}

/** A string in WebAssembly is UTF-8, where a lone surrogate becomes U+FFFD. The source's own is put back. */
function keepSurrogates(source: string, code: string): string {
  if (source.isWellFormed()) return code
  let result = ''
  let from = 0
  for (const { index } of source.matchAll(/\p{Cs}/gu)) {
    if (code[index] !== '\ufffd') continue
    result += code.slice(from, index) + source[index]
    from = index + 1
  }
  return result + code.slice(from)
}
