import type { Node } from '@oxc-project/types'
import { defaultOf, type Given, givenName } from './given.js'
import { exportedAs, isGlobal, isModuleExports } from './module-exports.js'
import { CLASSES, KEPT, memberName, nameOf, WHOLE } from './names.js'
import { isFunction } from './source.js'
import type { ClassName, Uses } from './uses.js'

/** What a value is: `VM` for that class, `*` for all of vm2, or an object with some of it under names of its own. */
export type What = string | Given

/** Where the value is that of the expression within. */
const SAME = new Set([
  'ParenthesizedExpression',
  'AwaitExpression',
  'ChainExpression',
  'LogicalExpression',
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
])
/** What compilers put around a `require`. */
const INTEROP = /^_*(?:import(?:Star|Default)|interopRequire(?:Default|Wildcard)|interop(?:Default|Namespace)(?:Compat)?|toESM)$/

/** Follows values that are vm2, or one of its classes, to where they are used. */
export class Flow {
  readonly #bound = new Set<number>()

  constructor(readonly uses: Uses) {}

  /** Says what an expression is. What only asks something of it (`instanceof`, `typeof`, a test) is no use of it. */
  give(value: Node, what: What): void {
    const { source } = this.uses
    const parent = source.parentOf(value)
    if (parent === undefined) return
    if (SAME.has(parent.type)) return this.give(parent, what)
    switch (parent.type) {
      case 'ConditionalExpression':
        return parent.test === value ? undefined : this.give(parent, what)
      case 'MemberExpression':
        return parent.object === value ? this.#member(parent, what) : undefined
      case 'VariableDeclarator':
        if (parent.init !== value) return
        if (source.parentOf(source.parentOf(parent) as Node)?.type === 'ExportNamedDeclaration') this.#export(parent.id, what)
        return this.bind(parent.id, what)
      case 'AssignmentExpression':
        if (parent.right !== value) return
        this.#assign(parent.left, what)
        return this.give(parent, what)
      case 'NewExpression':
        return parent.callee === value ? this.#made(parent, what) : this.#handedOn(value, what)
      case 'CallExpression':
        return parent.callee === value ? undefined : this.#argument(parent, value, what)
      case 'ExportSpecifier':
        return this.#hand(nameOf(parent.exported), what)
      case 'ExportDefaultDeclaration':
        return this.#hand('default', what)
      case 'TSExportAssignment':
        return this.#handWhole(what)
      case 'ClassDeclaration':
      case 'ClassExpression':
        if (parent.superClass === value && isClass(what))
          this.#left(value, `class extends ${what}`, 'name its call sites by hand, where it is constructed')
        return
      case 'Property':
        return this.#property(parent, value, what)
      case 'SpreadElement':
        return this.#spread(parent, what)
      case 'ReturnStatement':
      case 'ArrowFunctionExpression':
      case 'AssignmentPattern':
      case 'ArrayExpression':
        return this.#handedOn(value, what)
      default:
    }
  }

  /** A variable, or a pattern of them, gets a value. */
  bind(pattern: Node, what: What): void {
    const { source } = this.uses
    if (pattern.type === 'AssignmentPattern') return this.bind(pattern.left, what)
    if (pattern.type === 'Identifier') return this.#variable(source.bindingOf(pattern) ?? pattern.start, what)
    if (pattern.type !== 'ObjectPattern') return
    for (const one of pattern.properties) {
      if (one.type === 'RestElement') this.bind(one.argument, what)
      else this.#with(one, what, nameOf(one.key), (part) => this.bind(one.value, part))
    }
  }

  #made(node: Extract<Node, { type: 'NewExpression' }>, what: What): void {
    if (!isClass(what)) return
    const [options] = node.arguments
    this.uses.sites.push({ className: what, node, line: this.uses.source.lineOf(node.start), options })
  }

  #argument(call: Extract<Node, { type: 'CallExpression' }>, value: Node, what: What): void {
    const { callee } = call
    const name = callee.type === 'Identifier' ? callee.name : callee.type === 'MemberExpression' ? memberName(callee) : ''
    if (INTEROP.test(name)) this.give(call, what)
    else this.#handedOn(value, what)
  }

  /** Goes on with what `what` has under a name. */
  #with(node: Node, what: What, name: string, go: (part: What) => void): void {
    const part = partOf(what, name)
    if (part === undefined) return
    if (what === WHOLE && part !== WHOLE && !KEPT.has(part as string)) this.#left(node, name, 'the new package has no such name')
    else go(part)
  }

  /** What a promise of vm2 gives: `import('vm2').then((vm2) => …)`. */
  #then(call: Node | undefined, value: Node, what: What): void {
    if (call?.type !== 'CallExpression' || call.callee !== value) return
    const [callback] = call.arguments
    if (callback === undefined || !isFunction(callback)) return
    const [first] = callback.params
    if (first !== undefined) this.bind(first as Node, what)
  }

  #variable(binding: number, what: What): void {
    if (this.#bound.has(binding)) return
    this.#bound.add(binding)
    for (const reference of this.uses.source.referencesTo(binding)) this.give(reference, what)
  }

  #member(member: Extract<Node, { type: 'MemberExpression' }>, what: What): void {
    const { source } = this.uses
    const used = memberName(member)
    const call = source.parentOf(member)
    if (isClass(what)) {
      if (used !== 'prototype' && used !== 'name')
        this.#left(member, source.code.slice(member.start, member.end), 'a static method: give it the option name by hand')
    } else if (used === 'then') this.#then(call, member, what)
    else if ((used === 'catch' || used === 'finally') && call?.type === 'CallExpression') this.give(call, what)
    else this.#with(member, what, used, (part) => this.give(member, part))
  }

  /** `exports.VM = …`, `module.exports = …`, or a variable of before. */
  #assign(target: Node, what: What): void {
    const { source } = this.uses
    if (target.type === 'Identifier' || target.type === 'ObjectPattern') return this.bind(target, what)
    if (target.type !== 'MemberExpression') return
    if (isModuleExports(source, target)) this.#handWhole(what)
    else if (isModuleExports(source, target.object) || isGlobal(source, target.object, 'exports')) this.#hand(memberName(target), what)
    else this.#handedOn(target, what)
  }

  #export(pattern: Node, what: What): void {
    if (pattern.type === 'Identifier') this.#hand(pattern.name, what)
    if (pattern.type !== 'ObjectPattern') return
    for (const one of pattern.properties) {
      if (one.type !== 'Property' || one.value.type !== 'Identifier') continue
      const part = partOf(what, nameOf(one.key))
      if (part !== undefined) this.#hand(one.value.name, part)
    }
  }

  #property(property: Node, value: Node, what: What): void {
    const { source } = this.uses
    if (property.type !== 'Property' || property.value !== value) return
    const exported = exportedAs(source, source.parentOf(property))
    if (exported === '=') this.#hand(nameOf(property.key), what)
    else if (exported === 'default') this.#hand('default', WHOLE)
    else this.#handedOn(value, what)
  }

  #spread(spread: Node, what: What): void {
    if (exportedAs(this.uses.source, this.uses.source.parentOf(spread)) === '=') this.#hand(WHOLE, what)
    else this.#handedOn(spread, what)
  }

  /** `module.exports = VM` is what a `require` gives, and the default of an import. */
  #handWhole(what: What): void {
    this.#hand(isClass(what) ? '=' : WHOLE, what)
  }

  #hand(name: string, what: What): void {
    // An object with some of it: its users find the names that they ask for.
    if (isClass(what) || what === WHOLE || typeof what !== 'string') this.uses.gives.set(name, typeof what === 'string' ? what : WHOLE)
  }

  #handedOn(value: Node, what: What): void {
    if (typeof what === 'string' && what !== WHOLE && !isClass(what)) return
    const title = isClass(what) ? what : 'vm2'
    const why = `${isClass(what) ? 'the class' : 'it'} is handed on here: name the call sites that it comes to by hand`
    this.#left(value, title, why)
  }

  #left(node: Node, what: string, why: string): void {
    this.uses.left.push({ line: this.uses.source.lineOf(node.start), what, why })
  }
}

const isClass = (what: What): what is ClassName => typeof what === 'string' && CLASSES.has(what)

function partOf(what: What, name: string): What | undefined {
  if (typeof what !== 'string') return name === 'default' ? defaultOf(what) : givenName(what, name)
  if (what !== WHOLE || name === '') return undefined
  return name === 'default' ? WHOLE : name
}
