import type { Node } from '@oxc-project/types'
import type { Flow } from './flow.js'
import { defaultOf, type Given, givenName } from './given.js'
import { KEPT, NEW, nameOf, OLD, WHOLE } from './names.js'
import type { Lookup, Specifier, Uses } from './uses.js'

const MOCKERS = new Set(['mock', 'doMock', 'unmock', 'importActual', 'requireActual', 'proxyquire'])

/** Looks whether a node brings vm2 in, by its name or by a file of the project that hands it on, and follows what it gives. */
export function findSpecifier(node: Node, uses: Uses, flow: Flow, lookup: Lookup): void {
  const { source } = uses
  switch (node.type) {
    case 'ImportDeclaration':
      return ofImport(node, uses, flow, lookup)
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return ofExport(node, uses, lookup)
    case 'TSImportEqualsDeclaration': {
      if (node.moduleReference.type !== 'TSExternalModuleReference') return
      const { expression } = node.moduleReference
      const given = brings(expression, uses, lookup)
      if (given === undefined) return
      if (given === OLD) add(uses, expression, 'require')
      bindGiven(node.id, given, flow)
      return
    }
    case 'TSImportType': {
      const literal = node.source as Node
      if (literal.type === 'Literal' && literal.value === OLD) add(uses, literal, 'type')
      return
    }
    case 'TSModuleDeclaration':
      if (node.id.type === 'Literal' && node.id.value === OLD)
        leave(uses, node.id, `declare module '${OLD}'`, 'it says what types vm2 has: change it by hand')
      return
    case 'ImportExpression': {
      const given = brings(node.source, uses, lookup)
      if (given === undefined) return
      if (given === OLD) add(uses, node.source, 'import()')
      return flow.give(node, given === OLD || given.has(WHOLE) ? WHOLE : given)
    }
    case 'CallExpression': {
      const [first] = node.arguments
      if (first?.type !== 'Literal') return
      const { callee } = node
      const called =
        callee.type === 'Identifier' ? callee.name : callee.type === 'MemberExpression' && !callee.computed ? nameOf(callee.property) : ''
      if (called === 'require' && callee.type === 'Identifier' && source.bindingOf(callee) === undefined) {
        const given = brings(first, uses, lookup)
        if (given === undefined) return
        if (given === OLD) add(uses, first, 'require')
        return flowGiven(node, given, flow)
      }
      if (first.value === OLD && (called === 'require' || called === 'resolve' || MOCKERS.has(called)))
        leave(uses, node, source.code.slice(node.start, Math.min(node.end, node.start + 60)), 'it names vm2 by itself: change it by hand')
      return
    }
    default:
  }
}

type Import = Extract<Node, { type: 'ImportDeclaration' }>
type Export = Extract<Node, { type: 'ExportNamedDeclaration' | 'ExportAllDeclaration' }>

function ofImport(node: Import, uses: Uses, flow: Flow, lookup: Lookup): void {
  const given = brings(node.source, uses, lookup)
  if (given === undefined) return
  if (given === OLD) {
    const names = node.specifiers.flatMap((one) => (one.type === 'ImportSpecifier' ? [nameOf(one.imported)] : []))
    const gone = node.source.value === OLD ? names.filter((name) => !KEPT.has(name)) : []
    if (gone.length > 0) {
      const why = 'the new package has no such name, so this import stays one of vm2: split it, or do without'
      return leave(uses, node, gone.join(', '), why)
    }
    add(uses, node.source, 'import', wholeOf(node))
  }
  for (const one of node.specifiers) {
    const imported = one.type === 'ImportSpecifier' ? nameOf(one.imported) : one.type === 'ImportDefaultSpecifier' ? 'default' : WHOLE
    if (given === OLD) flow.bind(one.local, imported === 'default' ? WHOLE : imported)
    else bindName(one.local, given, imported, flow)
  }
}

/** `import vm2 from 'vm2'`: vm2 is CommonJS, whose default is all of it. */
function wholeOf({ specifiers }: Import): Specifier['whole'] {
  const one = specifiers.find(({ type }) => type === 'ImportDefaultSpecifier')
  return one && { start: one.start, end: one.end, name: one.local.name, others: specifiers.length > 1 }
}

function ofExport(node: Export, uses: Uses, lookup: Lookup): void {
  if (node.source === null || node.source === undefined) return
  const given = brings(node.source, uses, lookup)
  if (given === undefined) return
  const { gives } = uses
  if (node.type === 'ExportAllDeclaration') {
    if (given === OLD) add(uses, node.source, 'export')
    if (node.exported !== null) gives.set(nameOf(node.exported), WHOLE)
    else if (given === OLD) gives.set(WHOLE, WHOLE)
    else for (const [name, of] of given) if (name !== 'default' && name !== '=') gives.set(name, of)
    return
  }
  if (given === OLD) {
    const names = node.specifiers.map(({ local }) => nameOf(local))
    const gone = node.source.value === OLD ? names.filter((name) => !KEPT.has(name)) : []
    if (gone.length > 0) leave(uses, node, gone.join(', '), 'the new package has no such name, so this export stays one of vm2')
    else add(uses, node.source, 'export')
  }
  for (const { local, exported } of node.specifiers) {
    const name = given === OLD ? nameOf(local) : givenName(given, nameOf(local))
    if (name !== undefined) gives.set(nameOf(exported), name)
  }
}

/** What a module gives: vm2 itself, or what a file of the project has of it. */
function brings(literal: Node, uses: Uses, lookup: Lookup): Given | typeof OLD | undefined {
  if (literal.type !== 'Literal' || typeof literal.value !== 'string') return undefined
  const { value } = literal
  // What has been changed before is followed too: its call sites may have no name yet, or go on to the adapter.
  if (value === OLD || (value === NEW && uses.followsNew)) return OLD
  // What is inside of vm2 is nothing that a version of it promises.
  if (value.startsWith(`${OLD}/`)) leave(uses, literal, value, 'files inside of vm2 have no counterpart')
  const given = lookup(value)
  if (given === undefined || given.size === 0) return undefined
  uses.from.push({ specifier: value, line: uses.source.lineOf(literal.start) })
  return given
}

/** The value of a `require` or an `import()` of a module. */
function flowGiven(value: Node, given: Given | typeof OLD, flow: Flow): void {
  if (given === OLD || given.has(WHOLE)) return flow.give(value, WHOLE)
  flow.give(value, given.get('=') ?? given)
}

function bindGiven(pattern: Node, given: Given | typeof OLD, flow: Flow): void {
  if (given === OLD || given.has(WHOLE)) flow.bind(pattern, WHOLE)
  else flow.bind(pattern, given.get('=') ?? given)
}

/** `import { X as y } from './file'`. */
function bindName(local: Node, given: Given, imported: string, flow: Flow): void {
  if (imported === WHOLE) return bindGiven(local, given, flow)
  const name = imported === 'default' ? defaultOf(given) : givenName(given, imported)
  if (name !== undefined) flow.bind(local, name)
}

function add(uses: Uses, literal: Node, how: Specifier['how'], whole?: Specifier['whole']): void {
  if (literal.type !== 'Literal' || literal.value !== OLD) return
  const { start, end } = literal
  uses.specifiers.push({ start, end, line: uses.source.lineOf(start), how, whole })
}

function leave({ left, source }: Uses, node: Node, what: string, why: string): void {
  left.push({ line: source.lineOf(node.start), what, why })
}
