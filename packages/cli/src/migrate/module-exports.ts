import type { Node } from '@oxc-project/types'
import { memberName } from './names.js'
import type { Source } from './source.js'

/** How an object is the module's own: `module.exports = {…}` or `export default {…}`. */
export function exportedAs(source: Source, object: Node | undefined): '=' | 'default' | undefined {
  if (object?.type !== 'ObjectExpression') return undefined
  const user = source.parentOf(object)
  if (user?.type === 'ExportDefaultDeclaration') return 'default'
  return user?.type === 'AssignmentExpression' && isModuleExports(source, user.left) ? '=' : undefined
}

export const isModuleExports = (source: Source, node: Node): boolean =>
  node.type === 'MemberExpression' && isGlobal(source, node.object, 'module') && memberName(node) === 'exports'

export const isGlobal = (source: Source, node: Node, name: string): boolean =>
  node.type === 'Identifier' && node.name === name && source.bindingOf(node) === undefined
