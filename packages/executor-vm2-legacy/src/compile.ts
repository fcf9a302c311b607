import { constants, createContext, Script } from 'node:vm'
import { BODY_PREFIX, BODY_SUFFIX, type CompiledForm, type ParseProblem } from '@beddel/core/engine'

export interface ImportTools {
  MODULE_BODY_SHIFT: number
  replaceImports(source: string, form: CompiledForm, name: string): string
  moduleAsBody(source: string, name: string): { code: string; wants?: string | undefined }
}

/** What stands for the keyword `import` where a source calls it: of the same length, so that columns stay. */
export const IMPORT = 'imp0rt'

export type Prepared =
  | { code: string; shift: number; wants?: undefined; problem?: undefined }
  /** A module that asks for another one, of which there is none. */
  | { wants: string; code?: undefined; problem?: undefined }
  | { problem: ParseProblem; code?: undefined; wants?: undefined }

/** Makes a script of a source of any form, or says what is wrong with it. vm2 itself says no more than a message. */
export function prepare(form: CompiledForm, source: string, filename: string, tools: () => ImportTools): Prepared {
  let code = source
  let shift = 0
  try {
    if (form === 'module') {
      const { moduleAsBody, MODULE_BODY_SHIFT } = tools()
      const body = moduleAsBody(source, IMPORT)
      if (body.wants !== undefined) return { wants: body.wants }
      code = BODY_PREFIX + body.code + BODY_SUFFIX
      shift = BODY_PREFIX.length + MODULE_BODY_SHIFT
    } else {
      if (source.includes('import')) code = tools().replaceImports(source, form, IMPORT)
      if (form === 'body') {
        code = BODY_PREFIX + code + BODY_SUFFIX
        shift = BODY_PREFIX.length
      }
    }
  } catch (error) {
    const { problem } = error as { problem?: ParseProblem }
    if (problem === undefined) throw error
    return { problem }
  }
  try {
    new Script(code, { filename, columnOffset: -shift })
    return { code, shift }
  } catch (error) {
    return { problem: problemOf(error as Error, filename, shift) }
  }
}

/** Node puts `file:line`, the line and a row of carets before a SyntaxError's stack. */
function problemOf({ message, stack = '' }: Error, filename: string, shift: number): ParseProblem {
  const lines = stack.split('\n')
  const at = lines.findIndex((line) => line.startsWith(`${filename}:`))
  const carets = lines.findIndex((line, i) => i > at && /^\s*\^+$/.test(line))
  if (at < 0 || carets < 0) return { message }
  const line = Number((lines[at] as string).slice(filename.length + 1))
  const column = (lines[carets] as string).indexOf('^') + 1
  return { message, line, column: line === 1 ? Math.max(1, column - shift) : column }
}

let bodyParser: ((source: string) => string) | undefined

/**
 * Parses a body with the AsyncFunction constructor, which no text can close from inside; '' or what is wrong. The
 * constructor is one of a context in which nothing is ever run.
 */
export function parseBody(source: string): string {
  bodyParser ??= new Script(
    `(() => {
      'use strict'
      const AsyncFunction = (async () => {}).constructor
      return (source) => {
        try {
          new AsyncFunction(source)
          return ''
        } catch (error) {
          return String(error.message) || 'Invalid source'
        }
      }
    })()`,
  ).runInContext(createContext(constants.DONT_CONTEXTIFY, { codeGeneration: { strings: true, wasm: false } })) as (source: string) => string
  return bodyParser(source)
}
