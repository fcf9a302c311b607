import type { AnyNode, ExportDefaultDeclaration, ModuleDeclaration, Program, Statement } from 'acorn'
import { parse, type SourceForm } from './parse.js'
import { walk } from './walk.js'

/** Replaces the characters from `start` to `end` by `text`. */
interface Replacement {
  start: number
  end: number
  text: string
}

/**
 * Replaces the keyword of each `import(…)` by the name of a function, of six characters like the keyword, so that every
 * place in the source stays where it is. For engines that cannot take dynamic imports away.
 *
 * @throws {SourceError} for what cannot be parsed: a source in which imports cannot be told must not run.
 */
export function replaceImports(source: string, form: SourceForm, name: string): string {
  return apply(source, importCalls(parse(source, form), name))
}

export interface ModuleBody {
  /** The statements of an async function in strict mode that returns the module's default export. */
  code: string
  /** The first module that the source asks for; there is no code then. */
  wants?: string | undefined
}

const DEFAULT = '__beddel_default'
/** In a block two functions of one name are an error, as at the top of a module; in a function's body they are none. */
const HEAD = `"use strict";let ${DEFAULT};{`

/**
 * A module without imports as the body of an async function, for engines that have scripts only. Lines stay, and so do
 * the columns of what is not the head of an export. Only the default export is kept.
 *
 * @throws {SourceError} for what is no module.
 */
export function moduleAsBody(source: string, name: string): ModuleBody {
  // With the parentheses of `export default (a, b)`: what is replaced before the expression must not take one of them.
  const program = parse(source, 'module', true)
  const wants = firstRequest(program)
  if (wants !== undefined) return { code: '', wants }
  const changes = importCalls(program, name)
  // A hashbang is one at the very beginning only, and something of ours stands there now.
  if (source.startsWith('#!')) changes.push({ start: 0, end: 2, text: '//' })
  let result = DEFAULT
  for (const statement of program.body) {
    if (statement.type === 'ExportDefaultDeclaration') {
      const named = changeDefault(statement, changes)
      if (named !== undefined) result = named
    } else if (statement.type === 'ExportNamedDeclaration') {
      const { declaration, specifiers, start, end } = statement
      changes.push(blank(source, start, declaration?.start ?? end))
      for (const { exported, local } of specifiers) {
        if (nameOf(exported) === 'default') result = nameOf(local)
      }
    }
  }
  return { code: `${HEAD}${apply(source, changes)}\nreturn ${result}}` }
}

/** What stands before the source in {@link moduleAsBody}'s code, on line 1. */
export const MODULE_BODY_SHIFT = HEAD.length

function importCalls(program: Program, name: string): Replacement[] {
  const changes: Replacement[] = []
  walk(program, (node) => {
    if (node.type === 'ImportExpression') changes.push({ start: node.start, end: node.start + 6, text: name })
    if (node.type === 'MetaProperty' && node.meta.name === 'import') {
      changes.push({ start: node.start, end: node.end, text: '({__proto__:null})' })
    }
  })
  return changes
}

function firstRequest(program: Program): string | undefined {
  for (const statement of program.body as (Statement | ModuleDeclaration)[]) {
    if ('source' in statement && statement.source) return String((statement.source as { value?: unknown }).value)
  }
  return undefined
}

/** The name that holds the default export, where it is not our own variable. */
function changeDefault({ declaration, start }: ExportDefaultDeclaration, changes: Replacement[]): string | undefined {
  const id = 'id' in declaration ? declaration.id : undefined
  const declares = declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration'
  if (declares && id) {
    changes.push({ start, end: declaration.start, text: '' })
    return id.name
  }
  // As a property named "default", so that an anonymous function is called that.
  changes.push({ start, end: declaration.start, text: `${DEFAULT}=({default:(` })
  changes.push({ start: declaration.end, end: declaration.end, text: ')}).default;' })
  return undefined
}

const nameOf = (node: AnyNode): string => (node.type === 'Identifier' ? node.name : String((node as { value?: unknown }).value))

/** Spaces, after a semicolon: without the export in between, two statements could be read as one. */
function blank(source: string, start: number, end: number): Replacement {
  return { start, end, text: `;${source.slice(start + 1, end).replace(/[^\n\r\u2028\u2029]/g, ' ')}` }
}

function apply(source: string, changes: Replacement[]): string {
  const parts: string[] = []
  let from = 0
  for (const { start, end, text } of changes.sort((a, b) => a.start - b.start)) {
    parts.push(source.slice(from, start), text)
    from = end
  }
  parts.push(source.slice(from))
  return parts.join('')
}
