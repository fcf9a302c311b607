import { TOO_DEEP } from './ops.js'
import { BODY_PREFIX, BODY_SUFFIX, type CompiledForm, type ParseProblem } from './cell.js'

export interface VmScript {
  runInContext(context: object): unknown
}

/** What is used of `node:vm`; given by the engine, since this toolkit also serves where there is no Node. */
export interface NodeVm<S extends VmScript = VmScript> {
  Script: new (code: string, options?: { filename?: string; columnOffset?: number }) => S
  createContext(global: unknown, options: { codeGeneration: { strings: boolean; wasm: boolean } }): object
  constants: { DONT_CONTEXTIFY: unknown }
}

/** What `@beddel/source` gives for sources with imports; loaded when there is one. */
export interface ImportTools {
  MODULE_BODY_SHIFT: number
  replaceImports(source: string, form: CompiledForm, name: string): string
  moduleAsBody(source: string, name: string): { code: string; wants?: string | undefined }
}

/** What stands for the keyword `import` where a source calls it: of the same length, so that columns stay. */
export const IMPORT = 'imp0rt'
/** Text of a script that puts a function under that name, where no guest can list or replace it. */
export const IMPORT_PRELUDE = `const ${IMPORT} = (() => {
  const { Error } = globalThis
  return async (name) => { throw new Error(\`Cannot import "\${name}": this sandbox has no modules to import\`) }
})()`

export type VmSource<S> =
  /** `shift`: columns that were put before the caller's own first one. */
  | { script: S; code: string; shift: number; wants?: undefined; problem?: undefined }
  /** A module that asks for another one, of which there is none. */
  | { wants: string; script?: undefined; code?: undefined; problem?: undefined }
  | { problem: ParseProblem; script?: undefined; code?: undefined; wants?: undefined }

/**
 * A source of any form as the text of a script for `node:vm`, in which nothing can import: what rejects an `import()`
 * there is an error of the host's realm, and a guest that holds one holds the host. Or what is wrong with it.
 */
export function vmSource<S extends VmScript>(
  vm: NodeVm<S>,
  form: CompiledForm,
  source: string,
  filename: string,
  tools: () => ImportTools,
): VmSource<S> {
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
    // Not `-shift`: Bun refuses -0.
    return { script: new vm.Script(code, { filename, columnOffset: 0 - shift }), code, shift }
  } catch (error) {
    return { problem: problemOf(error as Error, filename, shift) }
  }
}

/** Node puts `file:line`, the line and a row of carets before a SyntaxError's stack. */
function problemOf(error: Error, filename: string, shift: number): ParseProblem {
  const { message, stack = '' } = error
  if (error instanceof RangeError) return { message, tooDeep: true }
  const lines = stack.split('\n')
  const at = lines.findIndex((line) => line.startsWith(`${filename}:`))
  const carets = lines.findIndex((line, i) => i > at && /^\s*\^+$/.test(line))
  if (at < 0 || carets < 0) return { message }
  const line = Number((lines[at] as string).slice(filename.length + 1))
  const column = (lines[carets] as string).indexOf('^') + 1
  return { message, line, column: line === 1 ? Math.max(1, column - shift) : column }
}

let bodyParser: ((source: string) => string | number) | undefined

/**
 * Parses a body with the AsyncFunction constructor, which no text can close from inside; '', what is wrong, or TOO_DEEP. The
 * constructor is one of a context in which nothing is ever run.
 */
export function parseVmBody(vm: NodeVm, source: string): string | number {
  bodyParser ??= new vm.Script(
    `(() => {
      'use strict'
      const AsyncFunction = (async () => {}).constructor
      return (source) => {
        try {
          new AsyncFunction(source)
          return ''
        } catch (error) {
          if (error instanceof RangeError) return ${TOO_DEEP}
          return String(error.message) || 'Invalid source'
        }
      }
    })()`,
  ).runInContext(vm.createContext(vm.constants.DONT_CONTEXTIFY, { codeGeneration: { strings: true, wasm: false } })) as (
    source: string,
  ) => string | number
  return bodyParser(source)
}
