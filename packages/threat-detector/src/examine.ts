import { Folder, type CallNode } from './fold/folder.js'
import { alternatives, isReach, joined, type Maybe, textOf } from './fold/values.js'
import type { Event } from './rules/rule.js'
import type { RuleIndex } from './rules/rule-index.js'
import { bare, type Node, type Of } from './tree/node.js'
import type { Survey } from './tree/survey.js'
import type { Work } from './work.js'

/** Constant texts that are longer are not looked at as a whole. */
const MAX_TEXT_LOOKED_AT = 20_000
const MAX_PATH = 20

/**
 * Goes over what a survey found, inner things first (so that what they come to is known when the outer ones ask), and tells what the
 * source does.
 */
export class Examiner {
  readonly #folder: Folder

  constructor(
    work: Work,
    readonly index: RuleIndex,
    readonly tell: (event: Event) => void,
  ) {
    this.#folder = new Folder(work)
  }

  all({ points, targets, parts }: Survey): void {
    for (let i = points.length - 1; i >= 0; i--) this.#point(points[i] as Node, targets)
    for (const part of parts) {
      this.#use(part, this.#folder.valueOf(part))
    }
  }

  #point(node: Node, targets: ReadonlySet<Node>): void {
    switch (node.type) {
      case 'Identifier':
        return this.#identifier(node)
      case 'MemberExpression':
        return isTarget(node, targets) ? this.#write(node) : this.#member(node)
      case 'CallExpression':
      case 'NewExpression':
      case 'TaggedTemplateExpression':
        return this.#call(node)
      case 'ImportExpression':
        return this.#tell('load', this.#text(node.source) ?? '', node, [])
      case 'ImportDeclaration':
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
        if (node.source) this.#tell('load', withoutScheme(String(node.source.value)), node)
        return
      case 'ObjectExpression':
        for (const each of node.properties) {
          if (each.type !== 'Property' || each.computed || each.shorthand || each.method) continue
          const name = each.key.type === 'Identifier' ? each.key.name : String((each.key as { value?: unknown }).value)
          if (this.index.knowsName(`${name}:`)) this.#tell('name', `${name}:`, each as Node, [this.#folder.valueOf(each.value as Node)])
        }
        return
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'ForStatement':
        return this.#tell('loop', '', node)
      default:
        return
    }
  }

  #identifier(node: Of<'Identifier'>): void {
    const { up } = node
    if (node.scope?.find(node.name) !== undefined) return
    const written = up?.type === 'AssignmentExpression' && up.left === (node as Node)
    // Asking for its type touches nothing.
    if (up?.type === 'UnaryExpression' && up.operator === 'typeof') return
    const value = this.#folder.valueOf(node)
    if (this.#goesOn(node)) return
    this.#use(node, value, written ? 'write' : 'use')
  }

  #member(node: Of<'MemberExpression'>): void {
    const { object, property } = node
    if (object.type === 'Super' || property.type === 'PrivateIdentifier') return
    const value = this.#folder.valueOf(node)
    const key = node.computed ? this.#folder.valueOf(property) : undefined
    const name = node.computed ? textOf(key) : (property as Of<'Identifier'>).name
    const holder = this.#folder.valueOf(object)
    if (name === undefined && holder?.k === 'global' && holder.path === '' && key?.k !== 'choice') this.#tell('dynamic', '', node)
    if (name !== undefined && this.index.knowsName(name)) this.#tell('name', name, node, [], holder)
    if (value === undefined) return
    if (alternatives(value).some(({ k }) => k === 'maker')) this.#tell('make', '', node)
    if (this.#goesOn(node) || (node.up?.type === 'UnaryExpression' && node.up.operator === 'typeof')) return
    this.#use(node, value)
  }

  #use(node: Node, value: Maybe, on: 'use' | 'write' = 'use'): void {
    if (value === undefined) return
    for (const each of alternatives(value)) if (each.k === 'global' && each.path !== '') this.#tell(on, each.path, node)
  }

  /** Whether a longer path is read: then that is the one to tell of. */
  #goesOn(node: Node): boolean {
    let inner = node
    while (inner.up?.type === 'ChainExpression' || inner.up?.type === 'ParenthesizedExpression') inner = inner.up
    const { up } = inner
    return up?.type === 'MemberExpression' && up.object === inner && isReach(this.#folder.valueOf(up))
  }

  #write(node: Of<'MemberExpression'>): void {
    if (node.object.type === 'Super' || node.property.type === 'PrivateIdentifier') return
    const holder = this.#folder.valueOf(node.object)
    const name = node.computed ? this.#text(node.property) : (node.property as Of<'Identifier'>).name
    const value = node.up?.type === 'AssignmentExpression' ? this.#folder.valueOf(node.up.right as Node) : undefined
    if (name === '__proto__') this.#tell('write', '__proto__', node, [value], holder)
    else if (holder?.k === 'proto') this.#tell('write', `__proto__.${name ?? '?'}`, node, [value], holder)
    else if (holder?.k === 'global') this.#tell('write', holder.path === '' ? (name ?? '') : `${holder.path}.${name ?? '?'}`, node, [value])
    if (name !== undefined && this.index.knowsName(`${name}=`)) this.#tell('name', `${name}=`, node, [value], holder)
  }

  #call(node: CallNode): void {
    const { callee, args } = this.#folder.callOf(node)
    for (const each of callee === undefined ? [undefined] : alternatives(callee)) this.#called(node, each, args)
    for (const arg of args) {
      // A list of names is a path too.
      const text = arg?.k === 'str' ? arg.s : arg?.k === 'arr' && arg.items.length <= MAX_PATH ? joined(arg.items, '.') : undefined
      if (text !== undefined && text.length > 3) this.#tell('text', '', node, args, undefined, text.slice(0, MAX_TEXT_LOOKED_AT))
    }
  }

  #called(node: CallNode, callee: Maybe, args: readonly Maybe[]): void {
    switch (callee?.k) {
      case 'global':
        if (callee.path === '') break
        this.#tell('call', callee.path, node, args)
        if (isRequire(callee.path)) this.#load(node, args[0])
        if (callee.path.includes('.')) this.#tell('method', callee.path.slice(callee.path.lastIndexOf('.') + 1), node, args)
        break
      case 'maker':
        this.#tell('make', 'call', node, args)
        break
      case 'ctor':
        this.#tell('method', 'constructor', node, args)
        break
      case 'native':
        this.#tell('method', callee.name, node, args, callee.self)
        break
      case 'module':
        this.#tell('call', `module:${callee.name}.${callee.path}`, node, args)
        if (callee.path === 'require' || callee.name === 'require') this.#load(node, args[0])
        break
      case undefined: {
        const target = bare((node.type === 'TaggedTemplateExpression' ? node.tag : node.callee) as Node)
        if (target.type !== 'MemberExpression') break
        const name = target.computed ? this.#text(target.property as Node) : (target.property as { name?: string }).name
        if (name === 'require' && textOf(args[0]) !== undefined) this.#load(node, args[0])
        else if (name !== undefined) this.#tell('method', name, node, args)
        break
      }
      default:
    }
  }

  #load(node: Node, name: Maybe): void {
    this.#tell('load', withoutScheme(textOf(name?.k === 'choice' ? name.of[0] : name) ?? ''), node)
  }

  #text(node: Node): string | undefined {
    const value = this.#folder.valueOf(node)
    const text = textOf(value?.k === 'choice' ? value.of[0] : value)
    return text === undefined ? undefined : withoutScheme(text)
  }

  #tell(on: Event['on'], key: string, node: Node, args: readonly Maybe[] = [], self?: Maybe, text?: string): void {
    this.tell({ on, key, node, args, ...(self && { self }), ...(text !== undefined && { text }) })
  }
}

const isRequire = (path: string): boolean =>
  path === 'require' || path.endsWith('.require') || path.endsWith('._load') || path === 'process.getBuiltinModule'
const withoutScheme = (name: string): string => name.replace(/^node:/, '')

function isTarget(node: Node, targets: ReadonlySet<Node>): boolean {
  const { up } = node
  if (up?.type === 'AssignmentExpression') return up.left === node
  if (up?.type === 'UpdateExpression') return true
  if (up?.type === 'UnaryExpression') return up.operator === 'delete'
  return targets.has(node)
}
