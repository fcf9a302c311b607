import { parse, SourceError, type SourceForm, type SourceProblem } from '@beddel/source/parse'
import type { Program } from './tree/node.js'

export interface Parsed {
  form: SourceForm
  program: Program
}

/**
 * A source as the forms that an engine may take it in: as a script where that compiles, else as the body of a function, else as a
 * module. Where the same text can mean something else in another form (`await`, HTML-like comments), it is read as that too.
 */
export function parseGuest(source: string): Parsed[] | SourceProblem {
  const found: Parsed[] = []
  let furthest: SourceProblem | undefined
  const attempt = (form: SourceForm): void => {
    try {
      found.push({ form, program: parse(source, form) })
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      if (furthest === undefined || error.problem.offset > furthest.offset || error.problem.tooDeep) furthest = error.problem
    }
  }
  attempt('script')
  if (furthest?.tooDeep) return furthest
  const first = found.length === 0
  // Escapes too: a keyword cannot be written with them, but a name that is one elsewhere can.
  if (first || /await/.test(source)) attempt('body')
  if (found.length === 0 || (found.length === 1 && !first && /<!--|-->/.test(source))) attempt('module')
  return found.length > 0 ? found : (furthest as SourceProblem)
}
