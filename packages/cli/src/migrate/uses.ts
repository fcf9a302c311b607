import type { Node } from '@oxc-project/types'
import { readSource, type Source } from './source.js'

export const OLD = 'vm2'
export type ClassName = 'VM' | 'NodeVM'

/** A place that makes a VM. */
export interface Site {
  className: ClassName
  node: Extract<Node, { type: 'NewExpression' }>
  line: number
  options: Node | undefined
}

/** What was seen and is not changed. */
export interface Left {
  line: number
  what: string
  why: string
}

export interface Uses {
  source: Source
  /** The string literals that name vm2 in an import, an export or a `require`. */
  specifiers: { start: number; end: number; line: number; how: 'import' | 'export' | 'require' | 'import()' }[]
  sites: Site[]
  left: Left[]
  /** Names of vm2 that the file hands on to others. */
  reexports: boolean
}

const CLASSES = new Set<string>(['VM', 'NodeVM'])
const MOCKERS = new Set(['mock', 'doMock', 'unmock', 'importActual', 'requireActual', 'proxyquire'])

/** Every use of vm2 in a file, by scopes and not by words. */
export function findUses(file: string, code: string): Uses | { problem: string } {
  const source = readSource(file, code)
  if ('problem' in source) return source
  const uses: Uses = { source, specifiers: [], sites: [], left: [], reexports: false }
  /** Bindings that stand for a name of vm2; `*` is all of it. */
  const bound = new Map<number, string>()
  for (const node of source.nodes) findSpecifier(node, uses, bound)
  for (const node of source.nodes) findSite(node, uses, bound)
  return uses
}

function findSpecifier(node: Node, uses: Uses, bound: Map<number, string>): void {
  const { source, specifiers, left } = uses
  const add = (literal: Node, how: Uses['specifiers'][number]['how']): void => {
    specifiers.push({ start: literal.start, end: literal.end, line: source.lineOf(literal.start), how })
  }
  switch (node.type) {
    case 'ImportDeclaration':
      deep(node.source, uses)
      if (node.source.value !== OLD) return
      add(node.source, 'import')
      for (const one of node.specifiers) {
        const imported = one.type === 'ImportSpecifier' ? nameOf(one.imported) : '*'
        bound.set(one.local.start, imported)
      }
      return
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      if (node.source?.value !== OLD) return
      add(node.source, 'export')
      uses.reexports = true
      return
    case 'TSImportEqualsDeclaration':
      if (node.moduleReference.type !== 'TSExternalModuleReference' || node.moduleReference.expression.value !== OLD) return
      add(node.moduleReference.expression, 'require')
      bound.set(node.id.start, '*')
      return
    case 'ImportExpression':
      deep(node.source, uses)
      if (node.source.type !== 'Literal' || node.source.value !== OLD) return
      add(node.source, 'import()')
      bind(source, outer(source, node), bound)
      return
    case 'CallExpression': {
      const [first] = node.arguments
      if (first?.type !== 'Literal') return
      const { callee } = node
      const called =
        callee.type === 'Identifier' ? callee.name : callee.type === 'MemberExpression' && !callee.computed ? nameOf(callee.property) : ''
      if (called === 'require' && callee.type === 'Identifier') deep(first, uses)
      if (first.value !== OLD) return
      if (called === 'require' && callee.type === 'Identifier' && source.bindingOf(callee) === undefined) {
        add(first, 'require')
        bind(source, outer(source, node), bound)
      } else if (called === 'require' || called === 'resolve' || MOCKERS.has(called)) {
        left.push({
          line: source.lineOf(node.start),
          what: source.code.slice(node.start, Math.min(node.end, node.start + 60)),
          why: 'it names vm2 by itself: change it by hand',
        })
      }
      return
    }
    default:
  }
}

/** `vm2/lib/…` is nothing that a version of vm2 promises. */
function deep(literal: Node, { left, source }: Uses): void {
  if (literal.type !== 'Literal' || typeof literal.value !== 'string' || !literal.value.startsWith(`${OLD}/`)) return
  left.push({ line: source.lineOf(literal.start), what: literal.value, why: 'files inside of vm2 have no counterpart' })
}

/** `await x`, `(x)`: the expression around that has the same value. */
function outer(source: Source, node: Node): Node {
  const parent = source.parentOf(node)
  return parent?.type === 'AwaitExpression' || parent?.type === 'ParenthesizedExpression' ? outer(source, parent) : node
}

/** What a `require('vm2')` is given to. */
function bind(source: Source, value: Node, bound: Map<number, string>): void {
  const parent = source.parentOf(value)
  if (parent?.type === 'MemberExpression' && parent.object === value && !parent.computed) {
    const declarator = source.parentOf(parent)
    if (declarator?.type === 'VariableDeclarator' && declarator.id.type === 'Identifier')
      bound.set(declarator.id.start, nameOf(parent.property))
    return
  }
  if (parent?.type !== 'VariableDeclarator' || parent.init !== value) return
  if (parent.id.type === 'Identifier') bound.set(parent.id.start, '*')
  if (parent.id.type !== 'ObjectPattern') return
  for (const property of parent.id.properties) {
    if (property.type === 'Property' && property.value.type === 'Identifier') bound.set(property.value.start, nameOf(property.key))
  }
}

function findSite(node: Node, uses: Uses, bound: ReadonlyMap<number, string>): void {
  const { source, sites, left } = uses
  if (node.type === 'ExportSpecifier' && node.local.type === 'Identifier' && isBound(source, node.local, bound)) uses.reexports = true
  if (node.type !== 'Identifier' || !isBound(source, node, bound)) return
  const name = bound.get(source.bindingOf(node) as number) as string
  const parent = source.parentOf(node)
  const whole = name === '*' && parent?.type === 'MemberExpression' && parent.object === node && !parent.computed
  const used = whole ? nameOf(parent.property) : name
  const value = whole ? parent : node
  const user = source.parentOf(value)
  if (!CLASSES.has(used)) return
  if (user?.type === 'NewExpression' && user.callee === value) {
    const [options] = user.arguments
    sites.push({ className: used as ClassName, node: user, line: source.lineOf(user.start), options })
    return
  }
  const line = source.lineOf(value.start)
  if ((user?.type === 'ClassDeclaration' || user?.type === 'ClassExpression') && user.superClass === value) {
    left.push({ line, what: `class extends ${used}`, why: 'name its call sites by hand, where it is constructed' })
  } else if (user?.type === 'MemberExpression' && user.object === value) {
    left.push({ line, what: source.code.slice(user.start, user.end), why: 'a static method: give it the option name by hand' })
  }
}

const isBound = (source: Source, node: Node, bound: ReadonlyMap<number, string>): boolean => {
  const binding = source.bindingOf(node)
  return binding !== undefined && bound.has(binding)
}

export function nameOf(node: Node): string {
  if (node.type === 'Identifier' || node.type === 'PrivateIdentifier') return node.name
  return node.type === 'Literal' ? String(node.value) : ''
}
