import type { Node } from '@oxc-project/types'
import type { Source } from './source.js'

/** Where `await x` may stand as it is. */
const PLAIN = new Set([
  'ArrayExpression',
  'AssignmentPattern',
  'ConditionalExpression',
  'ExportDefaultDeclaration',
  'ExpressionStatement',
  'IfStatement',
  'JSXExpressionContainer',
  'LogicalExpression',
  'ParenthesizedExpression',
  'ReturnStatement',
  'SequenceExpression',
  'SpreadElement',
  'SwitchStatement',
  'TemplateLiteral',
  'ThrowStatement',
  'UnaryExpression',
  'VariableDeclarator',
])
const LISTS = new Set(['Program', 'BlockStatement', 'SwitchCase', 'StaticBlock'])

/** What goes before and behind an expression that is awaited: parentheses only where they are needed, and never so that they call what stands before. */
export function awaiting(source: Source, node: Node): [before: string, behind: string] {
  if (source.parentOf(node)?.type === 'AwaitExpression') return ['', '']
  if (isPlain(source, node)) return ['await ', '']
  return [`${semicolon(source, node)}(await `, ')']
}

function isPlain(source: Source, node: Node): boolean {
  const parent = source.parentOf(node)
  if (parent === undefined || PLAIN.has(parent.type)) return true
  switch (parent.type) {
    case 'AssignmentExpression':
      return parent.right === node
    case 'ArrowFunctionExpression':
      return parent.body === node
    case 'CallExpression':
    case 'NewExpression':
      return parent.callee !== node
    case 'BinaryExpression':
      return parent.operator !== '**'
    case 'Property':
      return parent.value === node
    default:
      return false
  }
}

/** In a file without semicolons, a parenthesis at the start of a line would be the arguments of the line before. */
function semicolon(source: Source, node: Node): string {
  let statement: Node | undefined = node
  while (statement !== undefined && statement.type !== 'ExpressionStatement') statement = source.parentOf(statement)
  if (statement === undefined || statement.start !== node.start) return ''
  const list = source.parentOf(statement)
  if (list === undefined || !LISTS.has(list.type)) return ''
  const before = source.code.slice(list.start, statement.start).trimEnd().at(-1)
  return before === undefined || ';{:'.includes(before) ? '' : ';'
}
