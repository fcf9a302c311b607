import type { AnyNode, Program } from 'acorn'
import type { Value } from '../fold/values.js'
import type { Scope } from './scope.js'

/** An expression was looked at, and what it comes to is not known. */
export const UNKNOWN = Symbol('unknown')

/** What the survey and the folder write onto the parser's nodes: a map of so many would take longer. */
export interface Marks {
  up?: Node
  /** Of identifiers that are read or written, of `this`, and of functions (the one inside). */
  scope?: Scope
  /** What an expression comes to, once that was found out. */
  folded?: Value | typeof UNKNOWN
}

export type Node = AnyNode & Marks
export type Of<Type extends AnyNode['type']> = Extract<AnyNode, { type: Type }> & Marks
export type FunctionNode = Of<'FunctionDeclaration'> | Of<'FunctionExpression'> | Of<'ArrowFunctionExpression'>
export type { Program }

/** Where the children of a node are. A key that is a name and no variable (`a.name`, `{ name: 1 }`) is left out by `childrenOf`. */
const KEYS: Partial<Record<AnyNode['type'], readonly string[]>> = {
  Program: ['body'],
  ExpressionStatement: ['expression'],
  BlockStatement: ['body'],
  StaticBlock: ['body'],
  WithStatement: ['object', 'body'],
  ReturnStatement: ['argument'],
  LabeledStatement: ['body'],
  IfStatement: ['test', 'consequent', 'alternate'],
  SwitchStatement: ['discriminant', 'cases'],
  SwitchCase: ['test', 'consequent'],
  ThrowStatement: ['argument'],
  TryStatement: ['block', 'handler', 'finalizer'],
  CatchClause: ['param', 'body'],
  WhileStatement: ['test', 'body'],
  DoWhileStatement: ['body', 'test'],
  ForStatement: ['init', 'test', 'update', 'body'],
  ForInStatement: ['left', 'right', 'body'],
  ForOfStatement: ['left', 'right', 'body'],
  FunctionDeclaration: ['id', 'params', 'body'],
  FunctionExpression: ['id', 'params', 'body'],
  ArrowFunctionExpression: ['params', 'body'],
  VariableDeclaration: ['declarations'],
  VariableDeclarator: ['id', 'init'],
  ArrayExpression: ['elements'],
  ObjectExpression: ['properties'],
  Property: ['key', 'value'],
  UnaryExpression: ['argument'],
  UpdateExpression: ['argument'],
  BinaryExpression: ['left', 'right'],
  AssignmentExpression: ['left', 'right'],
  LogicalExpression: ['left', 'right'],
  MemberExpression: ['object', 'property'],
  ConditionalExpression: ['test', 'consequent', 'alternate'],
  CallExpression: ['callee', 'arguments'],
  NewExpression: ['callee', 'arguments'],
  SequenceExpression: ['expressions'],
  YieldExpression: ['argument'],
  AwaitExpression: ['argument'],
  SpreadElement: ['argument'],
  RestElement: ['argument'],
  TemplateLiteral: ['expressions'],
  TaggedTemplateExpression: ['tag', 'quasi'],
  ObjectPattern: ['properties'],
  ArrayPattern: ['elements'],
  AssignmentPattern: ['left', 'right'],
  ClassDeclaration: ['id', 'superClass', 'body'],
  ClassExpression: ['id', 'superClass', 'body'],
  ClassBody: ['body'],
  MethodDefinition: ['key', 'value'],
  PropertyDefinition: ['key', 'value'],
  ChainExpression: ['expression'],
  ParenthesizedExpression: ['expression'],
  ImportExpression: ['source'],
  ExportNamedDeclaration: ['declaration'],
  ExportDefaultDeclaration: ['declaration'],
}

/** The children of a node, in the order of the source, put onto `into` last first. */
export function pushChildren(node: Node, into: Node[]): void {
  const keys = KEYS[node.type]
  if (keys === undefined) return
  const record = node as unknown as Record<string, Node | (Node | null)[] | null | undefined>
  const named = hasFixedName(node) ? (node.type === 'MemberExpression' ? 'property' : 'key') : undefined
  for (let k = keys.length - 1; k >= 0; k--) {
    const key = keys[k] as string
    if (key === named) continue
    const child = record[key]
    if (child === null || child === undefined) continue
    if (!Array.isArray(child)) {
      child.up = node
      into.push(child)
      continue
    }
    for (let i = child.length - 1; i >= 0; i--) {
      const each = child[i]
      if (each === null || each === undefined) continue
      each.up = node
      into.push(each)
    }
  }
}

function hasFixedName(node: Node): boolean {
  return (
    (node.type === 'MemberExpression' ||
      node.type === 'Property' ||
      node.type === 'MethodDefinition' ||
      node.type === 'PropertyDefinition') &&
    !node.computed
  )
}

export const isFunction = (node: Node | null | undefined): node is FunctionNode =>
  node?.type === 'FunctionExpression' || node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionDeclaration'

/** An expression without the wrappers that change nothing about its value. */
export function bare(node: Node): Node {
  let inner = node
  while (inner.type === 'ChainExpression' || inner.type === 'ParenthesizedExpression') inner = inner.expression as Node
  return inner
}
