import { parse } from 'acorn'
import MagicString from 'magic-string'

/**
 * Rewrites function declarations as parenthesised expressions at the top of their blocks, and puts parentheses around
 * arrow functions and function expressions. The meaning stays; V8 takes the parenthesis as a hint to compile at once,
 * and only what is compiled at once gets into the code cache that every later cell starts from. What the functions
 * named in `rare` contain is left as it is.
 */
export function compileEagerly(source, rare) {
  const text = new MagicString(source)
  const visit = (node, parent) => {
    if (Array.isArray(node)) {
      for (const item of node) visit(item, parent)
      return
    }
    if (node === null || typeof node !== 'object' || typeof node.type !== 'string') return
    if (node.type === 'FunctionDeclaration' && rare.has(node.id.name)) return
    if (node.type === 'BlockStatement') hoist(node)
    const isFunction = node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression'
    if (isFunction && parent.type !== 'Property' && parent.type !== 'MethodDefinition') {
      text.prependRight(node.start, '(').appendLeft(node.end, ')')
    }
    for (const key of Object.keys(node)) if (key !== 'type') visit(node[key], node)
  }
  const hoist = (block) => {
    let at = block.start + 1
    for (const statement of block.body) if (statement.directive !== undefined) at = statement.end
    for (const statement of block.body) {
      if (statement.type !== 'FunctionDeclaration' || rare.has(statement.id.name)) continue
      text.prependRight(statement.start, `var ${statement.id.name}=(`)
      text.appendLeft(statement.end, ');')
      text.move(statement.start, statement.end, at)
    }
  }
  visit(parse(source, { ecmaVersion: 'latest' }), {})
  return text.toString()
}
