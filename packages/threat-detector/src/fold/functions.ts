import type { FunctionNode, Node } from '../tree/node.js'
import type { Binding } from '../tree/scope.js'

/** What of a function can be followed: its simple parameters, and the expression that it ends with. */
export interface Followed {
  params: readonly (Binding | undefined)[]
  returned: Node | undefined
}

export function functionOf(fn: FunctionNode): Followed {
  const { body } = fn
  const params = fn.params.map((param) => {
    const named = param.type === 'AssignmentPattern' ? param.left : param
    return named.type === 'Identifier' ? fn.scope?.names.get(named.name) : undefined
  })
  if (fn.generator) return { params, returned: undefined }
  if (body.type !== 'BlockStatement') return { params, returned: body }
  const last = body.body.at(-1)
  return { params, returned: last?.type === 'ReturnStatement' && last.argument ? last.argument : undefined }
}

/** The function whose `this` is meant; `top` outside of all, `undefined` in a class. */
export function thisOwner(node: Node): FunctionNode | 'top' | undefined {
  for (let { up } = node; up !== undefined; { up } = up) {
    switch (up.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
        return up
      case 'PropertyDefinition':
      case 'StaticBlock':
        return undefined
      case 'Program':
        return 'top'
      default:
    }
  }
  return undefined
}
