import type { Work } from '../work.js'
import { bare, type FunctionNode, type Node, type Of, type Program, pushChildren } from './node.js'
import { Scope, type Write } from './scope.js'

/** What one walk over a tree finds out. */
export interface Survey {
  /** What a rule may be about, a node before those inside it. */
  points: Node[]
  /** Targets of destructuring that are not variables, and of `for (x.y in …)`. */
  targets: Set<Node>
  /** Variables that a destructuring pattern gives a part of a value. */
  parts: Of<'Identifier'>[]
  nodes: number
  /** The deepest scope. */
  depth: number
}

/** A look at each node, for figures that need no more than that. */
export type Watch = (node: Node) => void

/** Gives names to scopes, in one walk with a stack of its own: trees can be deeper than the stack of the thread. */
export function surveyOf(program: Program, work: Work, watch: Watch): Survey {
  const surveyor = new Surveyor(work)
  surveyor.walk(program, watch)
  return surveyor
}

/** Parts of a value that are nested more deeply are not followed. */
const MAX_PATH = 16

class Surveyor implements Survey {
  readonly points: Node[] = []
  readonly targets = new Set<Node>()
  readonly parts: Of<'Identifier'>[] = []
  nodes = 0
  depth = 0
  readonly #work: Work
  readonly #nodes: Node[] = []
  readonly #scopes: Scope[] = []
  readonly #children: Node[] = []
  /** Variables that are set, to be found when all are declared. */
  readonly #sets: { target: Of<'Identifier'>; write: Write }[] = []
  /** Lists that are turned around: `list.push(list.shift())`. */
  readonly #shuffled: Of<'Identifier'>[] = []
  readonly #props: { holder: Of<'Identifier'>; key: string; value: Node }[] = []

  constructor(work: Work) {
    this.#work = work
  }

  walk(program: Program, watch: Watch): void {
    this.#push(program as Node, new Scope('program', undefined, undefined, false, undefined, this.#work))
    for (let node = this.#nodes.pop(); node !== undefined; node = this.#nodes.pop()) {
      const scope = this.#scopes.pop() as Scope
      this.#work.step()
      this.nodes++
      if (scope.depth > this.depth) this.depth = scope.depth
      watch(node)
      this.#visit(node, scope)
    }
    for (const { target, write } of this.#sets) {
      const binding = target.scope?.declared(target.name)
      if (binding === undefined) continue
      const scope = target.scope as Scope
      binding.writes.push(scope.inLoop || scope.owner !== binding.scope.owner ? { ...write, unordered: true } : write)
    }
    for (const list of this.#shuffled) {
      const binding = list.scope?.declared(list.name)
      if (binding === undefined) continue
      binding.shuffled = true
      // The list that a function was called with, too.
      for (const { from } of binding.writes) {
        if (from?.type !== 'Identifier') continue
        const given = (from as Of<'Identifier'>).scope?.declared(from.name)
        if (given !== undefined) given.shuffled = true
      }
    }
    for (const { holder, key, value } of this.#props) {
      const binding = holder.scope?.declared(holder.name)
      if (binding !== undefined) (binding.props ??= new Map()).set(key, value)
    }
  }

  #push(node: Node | null | undefined, scope: Scope, up?: Node): void {
    if (node === null || node === undefined) return
    if (up !== undefined) node.up = up
    this.#nodes.push(node)
    this.#scopes.push(scope)
  }

  #pushChildren(node: Node, scope: Scope): void {
    const children = this.#children
    children.length = 0
    pushChildren(node, children)
    for (const child of children) {
      this.#nodes.push(child)
      this.#scopes.push(scope)
    }
  }

  #visit(node: Node, scope: Scope): void {
    switch (node.type) {
      case 'Identifier':
        node.scope = scope
        this.points.push(node)
        return
      case 'FunctionDeclaration':
        this.#declareFunction(node, scope)
        return this.#function(node, scope)
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.#function(node, scope)
      case 'ClassDeclaration':
      case 'ClassExpression':
        return this.#class(node, scope)
      case 'BlockStatement':
      case 'StaticBlock':
      case 'SwitchStatement':
        return this.#pushChildren(node, scope.inner('block'))
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'ForStatement':
        this.points.push(node)
        return this.#pushChildren(node, scope.inner('block', { inLoop: true }))
      case 'ForInStatement':
      case 'ForOfStatement':
        return this.#forEach(node, scope.inner('block', { inLoop: true }))
      case 'CatchClause':
        return this.#catch(node, scope.inner('block'))
      case 'WithStatement':
        this.#push(node.body, scope.inner('with', { object: node.object }), node)
        return this.#push(node.object, scope, node)
      case 'VariableDeclaration':
        return this.#declarations(node, scope)
      case 'AssignmentExpression':
        return this.#assignment(node, scope)
      case 'UpdateExpression':
        if (node.argument.type === 'Identifier') this.#set(node.argument, scope, { at: node.start, unordered: true })
        return this.#pushChildren(node, scope)
      case 'CallExpression':
        this.#noteShuffle(node)
        this.points.push(node)
        return this.#pushChildren(node, scope)
      case 'NewExpression':
      case 'TaggedTemplateExpression':
      case 'MemberExpression':
      case 'ImportExpression':
      case 'ObjectExpression':
        this.points.push(node)
        return this.#pushChildren(node, scope)
      case 'ImportDeclaration':
        return this.#import(node, scope)
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
      case 'ExportDefaultDeclaration':
        this.points.push(node)
        return this.#pushChildren(node, scope)
      default:
        return this.#pushChildren(node, scope)
    }
  }

  #noteShuffle({ callee, arguments: [first] }: Of<'CallExpression'>): void {
    const list = listOf(callee as Node, /^(?:push|unshift)$/)
    if (list === undefined || first?.type !== 'CallExpression') return
    if (listOf(first.callee as Node, /^(?:shift|pop)$/)?.name === list.name) this.#shuffled.push(list)
  }

  #declareFunction(node: Of<'FunctionDeclaration'>, scope: Scope): void {
    // Only `export default function () {}` has no name.
    if (!node.id) return
    const binding = scope.declare(node.id.name, 'function')
    binding.writes.push({ from: node, at: node.start })
    // In sloppy code one in a block is there for the whole function.
    if (scope.kind === 'block' && !scope.hoisted.names.has(node.id.name)) scope.hoisted.names.set(node.id.name, binding)
  }

  #function(node: FunctionNode, outer: Scope): void {
    let around = outer
    if (node.type === 'FunctionExpression' && node.id) {
      around = outer.inner('block')
      around.declare(node.id.name, 'function').writes.push({ from: node, at: node.start })
    }
    const scope = around.inner('function', { owner: node, inLoop: false })
    node.scope = scope
    // `arguments` is nobody's global.
    if (node.type !== 'ArrowFunctionExpression') scope.declare('arguments', 'param')
    const given = argumentsOf(node)
    ;(node.body as Node).up = node
    if (node.body.type === 'BlockStatement')
      for (let i = node.body.body.length - 1; i >= 0; i--) this.#push(node.body.body[i], scope, node.body)
    else this.#push(node.body, scope, node)
    node.params.forEach((param, i) => {
      this.#pattern(param, scope, 'param', given === undefined ? undefined : given[i], [], node)
    })
  }

  #class(node: Of<'ClassDeclaration'> | Of<'ClassExpression'>, outer: Scope): void {
    const scope = outer.inner('block')
    if (node.id) {
      const at = node.start
      if (node.type === 'ClassDeclaration') outer.declare(node.id.name, 'lexical').writes.push({ from: node, at })
      scope.declare(node.id.name, 'lexical').writes.push({ from: node, at })
    }
    this.#push(node.body, scope, node)
    this.#push(node.superClass, outer, node)
  }

  #catch(node: Of<'CatchClause'>, scope: Scope): void {
    this.#push(node.body, scope, node)
    if (node.param) this.#pattern(node.param, scope, 'catch', undefined, [], node)
  }

  #declarations(node: Of<'VariableDeclaration'>, scope: Scope, of?: { from: Node; path: string[] }): void {
    const kind = node.kind === 'var' ? 'var' : 'lexical'
    for (let i = node.declarations.length - 1; i >= 0; i--) {
      const each = node.declarations[i] as Of<'VariableDeclarator'>
      each.up = node
      this.#push(each.init, scope, each)
      this.#pattern(each.id, scope, kind, of?.from ?? each.init ?? undefined, of?.path ?? [], each)
    }
  }

  #forEach(node: Of<'ForInStatement'> | Of<'ForOfStatement'>, scope: Scope): void {
    this.#push(node.body, scope, node)
    this.#push(node.right, scope, node)
    const from = node.right
    const path = ['*']
    const left = node.left as Node
    left.up = node
    const known = node.type === 'ForOfStatement' ? { from, path } : undefined
    if (left.type === 'VariableDeclaration') this.#declarations(left, scope, known)
    else this.#pattern(left, scope, undefined, known?.from, known?.path ?? [], node)
  }

  #assignment(node: Of<'AssignmentExpression'>, scope: Scope): void {
    this.#push(node.right, scope, node)
    const { operator } = node
    const left = node.left as Node
    if (left.type === 'Identifier') {
      const from = operator.endsWith('=') && (operator === '=' || operator === '+=' || operator.length === 3) ? node.right : undefined
      this.#set(left, scope, { at: node.start, ...(from && { from }), ...(operator === '+=' && { append: true }) })
      left.up = node
      this.points.push(left)
      return
    }
    if (left.type !== 'MemberExpression') return this.#pattern(left, scope, undefined, node.right, [], node)
    const holder = bare(left.object as Node)
    const key = left.computed ? (left.property as { value?: unknown }).value : (left.property as { name?: string }).name
    if (operator === '=' && holder.type === 'Identifier' && typeof key === 'string') this.#props.push({ holder, key, value: node.right })
    this.#push(left, scope, node)
  }

  #set(target: Of<'Identifier'>, scope: Scope, write: Write): void {
    target.scope = scope
    this.#sets.push({ target, write })
  }

  /** Declares what a pattern names (or sets it, without a `kind`) and goes on with the expressions in it. */
  #pattern(
    pattern: Node,
    scope: Scope,
    kind: 'var' | 'lexical' | 'param' | 'catch' | undefined,
    from: Node | undefined,
    path: readonly string[],
    up: Node,
  ): void {
    pattern.up = up
    if (path.length > MAX_PATH) return this.#pattern(pattern, scope, kind, undefined, [], up)
    switch (pattern.type) {
      case 'Identifier': {
        if (kind !== undefined) scope.declare(pattern.name, kind)
        if (from !== undefined) this.#set(pattern, scope, { from, path, at: pattern.start })
        else if (kind === undefined) this.#set(pattern, scope, { at: pattern.start })
        if (from !== undefined && path.length > 0) this.parts.push(pattern)
        return
      }
      case 'AssignmentPattern':
        this.#push(pattern.right, scope, pattern)
        if (pattern.left.type === 'Identifier') {
          if (kind !== undefined) scope.declare(pattern.left.name, kind)
          this.#set(pattern.left, scope, { from: pattern.right, at: pattern.start })
        }
        return this.#pattern(pattern.left, scope, kind, from, path, pattern)
      case 'RestElement':
        return this.#pattern(pattern.argument, scope, kind, undefined, path, pattern)
      case 'ArrayPattern':
        pattern.elements.forEach((each, i) => {
          if (each) this.#pattern(each, scope, kind, from, [...path, String(i)], pattern)
        })
        return
      case 'ObjectPattern':
        for (const each of pattern.properties) {
          if (each.type === 'RestElement') {
            this.#pattern(each, scope, kind, from, path, pattern)
            continue
          }
          const key = each as Of<'Property'>
          key.up = pattern
          if (key.computed) this.#push(key.key, scope, key)
          const name = nameOf(key)
          this.#pattern(key.value, scope, kind, name === undefined ? undefined : from, name === undefined ? [] : [...path, name], key)
        }
        return
      default:
        this.targets.add(pattern)
        this.#push(pattern, scope, up)
    }
  }

  #import(node: Of<'ImportDeclaration'>, scope: Scope): void {
    this.points.push(node)
    const module = String(node.source.value).replace(/^node:/, '')
    for (const each of node.specifiers) {
      const path =
        each.type === 'ImportSpecifier' ? [each.imported.type === 'Identifier' ? each.imported.name : String(each.imported.value)] : []
      scope.declare(each.local.name, 'import').writes.push({ module, path, at: node.start })
    }
  }
}

/** `list` of `list.method` and `list['method']`. */
function listOf(callee: Node, method: RegExp): Of<'Identifier'> | undefined {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return undefined
  const { property } = callee
  const name =
    property.type === 'Identifier' && !callee.computed ? property.name : property.type === 'Literal' ? String(property.value) : ''
  return method.test(name) ? callee.object : undefined
}

const nameOf = ({ key, computed }: Of<'Property'>): string | undefined =>
  key.type === 'Literal' ? String(key.value) : key.type === 'Identifier' && !computed ? key.name : undefined

/** What a function that is called where it stands gets: `(function (a) { … })(b)`. */
function argumentsOf(node: FunctionNode): (Node | undefined)[] | undefined {
  let outer: Node = node
  while (outer.up?.type === 'ParenthesizedExpression') outer = outer.up
  const call = outer.up
  if (call?.type === 'CallExpression' && call.callee === outer) return spreadless(call.arguments as Node[])
  if (call?.type !== 'MemberExpression' || call.object !== outer || call.up?.type !== 'CallExpression' || call.up.callee !== call)
    return undefined
  const how = (call.property as { name?: string }).name
  return how === 'call' ? spreadless(call.up.arguments.slice(1) as Node[]) : undefined
}

const spreadless = (nodes: Node[]): Node[] | undefined => (nodes.some(({ type }) => type === 'SpreadElement') ? undefined : nodes)
