import type { Statement } from 'acorn'
import { parse } from './parse.js'

/**
 * Whether a script leaves a variable, a function or a class in the global scope. Where it does not, evaluating it does
 * the same as running it. What is in doubt counts as declared.
 *
 * @throws {SourceError} for what cannot be parsed.
 */
export function declaresNames(source: string): boolean {
  return (parse(source, 'script').body as Statement[]).some(
    (statement) =>
      (statement.type === 'VariableDeclaration' && statement.kind !== 'var') || statement.type === 'ClassDeclaration' || hoists(statement),
  )
}

/** A `var` and a function in a block are the script's own too, those within a function are not. */
function hoists(statement: Statement): boolean {
  switch (statement.type) {
    case 'VariableDeclaration':
      return statement.kind === 'var'
    case 'FunctionDeclaration':
      return true
    case 'BlockStatement':
      return statement.body.some(hoists)
    case 'IfStatement':
      return hoists(statement.consequent) || (statement.alternate != null && hoists(statement.alternate))
    case 'ForStatement':
      return (statement.init?.type === 'VariableDeclaration' && hoists(statement.init)) || hoists(statement.body)
    case 'ForInStatement':
    case 'ForOfStatement':
      return (statement.left.type === 'VariableDeclaration' && hoists(statement.left)) || hoists(statement.body)
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'LabeledStatement':
    case 'WithStatement':
      return hoists(statement.body)
    case 'SwitchStatement':
      return statement.cases.some(({ consequent }) => consequent.some(hoists))
    case 'TryStatement':
      return [statement.block, statement.handler?.body, statement.finalizer].some((block) => block != null && hoists(block))
    default:
      return false
  }
}
