import type { AnyNode } from 'acorn'

/** Visits every node below `root`, a parent before its children. It keeps its own stack: sources can be deep. */
export function walk(root: AnyNode, visit: (node: AnyNode) => void): void {
  const stack: AnyNode[] = [root]
  for (let node = stack.pop(); node; node = stack.pop()) {
    visit(node)
    const fixedName = fixedNameKey(node)
    for (const [key, value] of Object.entries(node)) {
      if (key === fixedName) continue
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) stack.push(child)
    }
  }
}

/** Under which key a node has a name that is no variable: `a.name`, `{ name: 1 }`, `class { name() {} }`. */
function fixedNameKey(node: AnyNode): string | undefined {
  if (node.type === 'MemberExpression') return node.computed ? undefined : 'property'
  if (node.type === 'Property' || node.type === 'MethodDefinition' || node.type === 'PropertyDefinition') {
    return node.computed ? undefined : 'key'
  }
  return undefined
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as AnyNode).type === 'string'
}
