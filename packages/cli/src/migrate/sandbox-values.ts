import type { Node } from '@oxc-project/types'
import { declarationOf, isFunction, type Source, textOf } from './source.js'

/** What of a `sandbox` is data and what a function, as text, which `wrapper` makes a host function; or why that cannot be told. */
export function sandboxOf(source: Source, node: Node, wrapper: string): { globals: string[]; functions: string[] } | string {
  if (node.type !== 'ObjectExpression') return 'its sandbox is not written where it is made: data and functions cannot be told apart'
  const globals: string[] = []
  const functions: string[] = []
  for (const property of node.properties) {
    if (property.type !== 'Property' || property.computed || property.method || property.kind !== 'init')
      return 'its sandbox has more than plain properties'
    const key = textOf(source, property.key)
    const { value } = property
    if (isFunctionValue(source, value)) functions.push(`${key}: ${wrapper}(${textOf(source, value)})`)
    else if (isData(source, value)) globals.push(textOf(source, property))
    else return `it cannot be told whether ${key} in its sandbox is data or a function`
  }
  return { globals, functions }
}

/** A function that gives its value at once: an asynchronous one gives a promise, which a synchronous host function may not. */
function isFunctionValue(source: Source, node: Node): boolean {
  if (isFunction(node)) return !node.async && !node.generator
  if (node.type !== 'Identifier') return false
  const declared = declarationOf(source, node)
  if (declared?.type === 'VariableDeclarator') return declared.init !== null && isFunction(declared.init) && !declared.init.async
  return declared?.type === 'FunctionDeclaration' && !declared.async && !declared.generator
}

function isData(source: Source, node: Node): boolean {
  switch (node.type) {
    case 'Literal':
    case 'TemplateLiteral':
      return true
    case 'ArrayExpression':
      return node.elements.every((one) => one !== null && isData(source, one))
    case 'ObjectExpression':
      return node.properties.every((one) => one.type === 'Property' && !one.method && one.kind === 'init' && isData(source, one.value))
    case 'UnaryExpression':
      return isData(source, node.argument)
    case 'Identifier': {
      if (node.name === 'undefined') return true
      const declared = declarationOf(source, node)
      const parent = declared && source.parentOf(declared)
      return (
        declared?.type === 'VariableDeclarator' &&
        parent?.type === 'VariableDeclaration' &&
        parent.kind === 'const' &&
        declared.init !== null &&
        declared.init.type !== 'Identifier' &&
        isData(source, declared.init)
      )
    }
    default:
      return false
  }
}
