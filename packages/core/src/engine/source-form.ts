import type { SourceForm } from '../spec.js'
import { type Cell, type CompiledForm, type ParseProblem } from './cell.js'
import { ASK, TOO_DEEP } from './ops.js'
import { answerOf, type Steps } from './steps.js'

export type FormDecision = { form: CompiledForm; problem?: undefined } | { form?: undefined; problem: ParseProblem }

/**
 * Which form a source has, found by compiling it in the cell: script, then async body, then module. Nothing runs.
 */
export function* decideForm(cell: Cell, source: string, wanted: SourceForm, filename: string): Steps<FormDecision> {
  if (wanted !== 'auto') {
    const problem = yield* problemOf(cell, wanted, source, filename)
    return problem === undefined ? { form: wanted } : { problem: atEnd(problem, source) }
  }
  const asScript = yield* answerOf(cell.parse('script', source, filename))
  if (asScript === undefined) return yield* decideScript(cell, source, filename)
  return yield* afterScript(cell, source, filename, asScript)
}

/** The rest of the decision, for a source that is known not to compile as a script. */
export function* afterScript(cell: Cell, source: string, filename: string, asScript: ParseProblem): Steps<FormDecision> {
  if (asScript.tooDeep) return { problem: asScript }
  const asBody = yield* problemOf(cell, 'body', source, filename)
  if (asBody === undefined) return { form: 'body' }
  if (asBody.tooDeep) return { problem: asBody }
  const asModule = yield* answerOf(cell.parse('module', source, filename))
  if (asModule === undefined) return { form: 'module' }
  if (asModule.tooDeep) return { problem: asModule }
  const last = furthest(furthest(asScript, asBody), asModule)
  if (!isPast(last, source)) return { problem: last }
  // A brace too many closes our wrapper, whose own one is what the parser stumbles over then.
  const closesTooMuch = (yield* answerOf(cell.parse('body', `{${source}`, filename))) === undefined
  return { problem: closesTooMuch ? asScript : atEnd(last, source) }
}

/**
 * `await (f())` and `await [x]` compile as a script, where `await` is a name. In a class's static block it is none,
 * so a source that does not compile there, but does as a body, awaits.
 */
function* decideScript(cell: Cell, source: string, filename: string): Steps<FormDecision> {
  if (!source.includes('await')) return { form: 'script' }
  if ((yield* answerOf(cell.parse('script', `class _{static{${source}\n}}`, filename))) === undefined) return { form: 'script' }
  const asBody = yield* problemOf(cell, 'body', source, filename)
  if (asBody === undefined) return { form: 'body' }
  return asBody.tooDeep ? { problem: asBody } : { form: 'script' }
}

/** A body must satisfy the AsyncFunction constructor: text alone can close our wrapper and go on outside of it. */
function* problemOf(cell: Cell, form: CompiledForm, source: string, filename: string): Steps<ParseProblem | undefined> {
  const problem = yield* answerOf(cell.parse(form, source, filename))
  if (problem !== undefined || form !== 'body') return problem
  const said = yield* answerOf(cell.dispatch(ASK.PARSE_BODY, source))
  if (said === TOO_DEEP) return { message: 'The source is nested too deeply', tooDeep: true }
  return said === '' ? undefined : { message: typeof said === 'string' ? said : 'Invalid source' }
}

function furthest(a: ParseProblem, b: ParseProblem): ParseProblem {
  const order = (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
  return order >= 0 ? a : b
}

/** Past the caller's last character it is our wrapper that the parser saw. */
export function atEnd(problem: ParseProblem, source: string): ParseProblem {
  return isPast(problem, source) ? { message: 'Unexpected end of input', ...endOf(source) } : problem
}

function isPast({ line, column = 0 }: ParseProblem, source: string): boolean {
  const end = endOf(source)
  return line !== undefined && (line > end.line || (line === end.line && column > end.column))
}

function endOf(source: string): { line: number; column: number } {
  const lines = source.split('\n')
  return { line: lines.length, column: (lines.at(-1) as string).length + 1 }
}
