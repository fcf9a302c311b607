import type { Node } from '@oxc-project/types'

export const OLD = 'vm2'
export const NEW = '@beddel/vm2-migration'
/** All of vm2, as an object. */
export const WHOLE = '*'
export const CLASSES: ReadonlySet<string> = new Set(['VM', 'NodeVM'])

/** What the new package has under vm2's names; a test holds this to it. */
export const KEPT: ReadonlySet<string> = new Set([
  'VM',
  'NodeVM',
  'VMScript',
  'VMError',
  'Resolver',
  'makeResolverFromLegacyOptions',
  'VMOptions',
  'NodeVMOptions',
])

/** Options of the new classes; a test holds these to them too. */
const ENGINE_OPTIONS =
  'engine shadow key recordings placement trust acceptHostRisk processes limits tenant name config exposeHostErrors onDifference'.split(' ')
const OF_VM = 'timeout sandbox compiler compilerOptions eval wasm allowAsync fixAsync bufferAllocLimit'.split(' ')
const OF_NODE_VM = 'console require nesting wrapper sourceExtensions argv env strict'.split(' ')
export const VM_OPTIONS: ReadonlySet<string> = new Set([...OF_VM, ...ENGINE_OPTIONS])
export const NODE_VM_OPTIONS: ReadonlySet<string> = new Set([...OF_VM, ...OF_NODE_VM, ...ENGINE_OPTIONS])

export function nameOf(node: Node): string {
  if (node.type === 'Identifier' || node.type === 'PrivateIdentifier') return node.name
  return node.type === 'Literal' ? String(node.value) : ''
}

/** The name after the dot, or in brackets as a text; '' where it is computed. */
export function memberName(node: Extract<Node, { type: 'MemberExpression' }>): string {
  if (!node.computed) return nameOf(node.property)
  return node.property.type === 'Literal' && typeof node.property.value === 'string' ? node.property.value : ''
}
