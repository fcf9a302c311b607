import { isFunction, type Node } from '../tree/node.js'

/** How much there is to a source. These say nothing of its intent. */
export interface Complexity {
  /** Ways through the source: 1, and 1 more for each `if`, loop, `case`, `catch`, `?:`, `&&`, `||`, `??`, `?.` and function. */
  cyclomatic: number
  /** How many scopes (functions, blocks, loops) stand inside each other at the deepest place. */
  depth: number
  functions: number
  lines: number
  /** UTF-16 units. */
  length: number
  /** Nodes of the syntax tree. */
  nodes: number
}

/** Counts, node by node. */
export class ComplexityCount {
  cyclomatic = 1
  functions = 0

  see(node: Node): void {
    if (isFunction(node)) {
      this.functions++
      this.cyclomatic++
      return
    }
    switch (node.type) {
      case 'IfStatement':
      case 'ConditionalExpression':
      case 'LogicalExpression':
      case 'CatchClause':
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
        this.cyclomatic++
        return
      case 'SwitchCase':
        if (node.test) this.cyclomatic++
        return
      case 'MemberExpression':
      case 'CallExpression':
        if (node.optional) this.cyclomatic++
        return
      default:
    }
  }
}

/**
 * From 0 to 100: half of it for ways through the source (100 and more are all of it), a quarter for depth (20), a quarter for size
 * (10,000 nodes).
 */
export function complexityScore({ cyclomatic, depth, nodes }: Complexity): number {
  const share = (value: number, all: number): number => Math.min(1, value / all)
  return Math.round(50 * share(cyclomatic - 1, 100) + 25 * share(depth, 20) + 25 * share(nodes, 10_000))
}
