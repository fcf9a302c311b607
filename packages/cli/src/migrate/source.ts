import type { ArrowFunctionExpression, Function, Node, Program } from '@oxc-project/types'
import { type OxcError, parseSync } from 'oxc-parser'
import { isReferenceIdentifier, ScopeTracker, walk } from 'oxc-walker'

export type Identifier = Extract<Node, { type: 'Identifier' }>

/** A parsed file, with what the syntax tree alone does not tell. */
export interface Source {
  file: string
  code: string
  program: Program
  isModule: boolean
  parentOf(node: Node): Node | undefined
  /** Where an identifier is declared: the start of its binding; `undefined` for a global. */
  bindingOf(identifier: Node): number | undefined
  /** The identifiers that refer to the binding that starts there. */
  referencesTo(binding: number): Identifier[]
  /** Every name that is declared or used anywhere in the file. */
  names: ReadonlySet<string>
  nodes: readonly Node[]
  /** As most texts in the file have. */
  quote: "'" | '"'
  comments: readonly { start: number; end: number }[]
  /** 1-based. */
  lineOf(offset: number): number
}

/** Parses a file of the user's own. A message instead where it cannot be parsed. */
export function readSource(file: string, code: string): Source | { problem: string } {
  const parsed = parseSync(file, code)
  let [error] = parsed.errors.filter(isError)
  // Many a `.js` file has JSX in it.
  const again = error !== undefined && /\.[cm]?js$/.test(file) ? parseSync(file, code, { lang: 'jsx' }) : parsed
  if (!again.errors.some(isError)) error = undefined
  if (error !== undefined) return { problem: error.message }
  const { program, module, comments } = again

  const tracker = new ScopeTracker({ preserveExitedScopes: true })
  walk(program, { scopeTracker: tracker })
  tracker.freeze()

  const parents = new Map<Node, Node>()
  const bindings = new Map<Node, number>()
  const references = new Map<number, Identifier[]>()
  const names = new Set<string>()
  const nodes: Node[] = []
  walk(program, {
    scopeTracker: tracker,
    enter(node, parent) {
      nodes.push(node)
      if (parent !== null) parents.set(node, parent)
      if (node.type !== 'Identifier') return
      if (!isKey(node, parent)) names.add(node.name)
      if (!isReferenceIdentifier(node, parent, { mode: 'all' })) return
      const declared = tracker.getDeclaration(node.name, { mode: 'all' })
      if (declared === null) return
      const start = bindingStart(declared.node)
      if (start === node.start) return
      bindings.set(node, start)
      const known = references.get(start) ?? []
      known.push(node)
      references.set(start, known)
    },
  })
  const texts = nodes.flatMap((node) => (node.type === 'Literal' && typeof node.value === 'string' ? [code[node.start]] : []))
  const lines = [0, ...[...code.matchAll(/\n/g)].map(({ index }) => index + 1)]
  return {
    file,
    code,
    program,
    isModule: /\.m[jt]s$/.test(file) || (!/\.c[jt]s$/.test(file) && module.hasModuleSyntax),
    parentOf: (node) => parents.get(node),
    bindingOf: (node) => bindings.get(node),
    referencesTo: (binding) => references.get(binding) ?? [],
    names,
    nodes,
    comments,
    quote: texts.filter((quote) => quote === '"').length * 2 > texts.length ? '"' : "'",
    lineOf: (offset) => lines.findLastIndex((start) => start <= offset) + 1,
  }
}

const isError = ({ severity }: OxcError): boolean => severity === 'Error'

/** `a.name`, `{ name: 1 }`: a name that is no variable's. */
function isKey(node: Node, parent: Node | null): boolean {
  if (parent?.type === 'MemberExpression') return parent.property === node && !parent.computed
  return parent?.type === 'Property' && parent.key === node && !parent.shorthand && !parent.computed
}

/** The place of the name itself in what declares it. */
export function bindingStart(node: Node): number {
  if ('local' in node && node.local !== undefined && node.local !== null) return (node.local as Node).start
  if ('id' in node && node.id !== undefined && node.id !== null) return (node.id as Node).start
  return node.start
}

/** What declares the variable that an identifier refers to. */
export function declarationOf(source: Source, identifier: Identifier): Node | undefined {
  const binding = source.bindingOf(identifier)
  const name = source.nodes.find((node) => node.type === 'Identifier' && node.start === binding && node.name === identifier.name)
  return name && source.parentOf(name)
}

/** The expression itself, where a constant or a type stands for it. */
export function meantBy(source: Source, node: Node): Node {
  if (node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression' || node.type === 'ParenthesizedExpression')
    return meantBy(source, node.expression)
  if (node.type !== 'Identifier') return node
  const declared = declarationOf(source, node)
  const list = declared && source.parentOf(declared)
  const isConstant = declared?.type === 'VariableDeclarator' && list?.type === 'VariableDeclaration' && list.kind === 'const'
  const init = isConstant && declared.id.type === 'Identifier' ? declared.init : null
  return init === null || init.type === 'Identifier' ? node : meantBy(source, init)
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])
export type FunctionNode = Function | ArrowFunctionExpression
export const isFunction = (node: Node | undefined): node is FunctionNode => node !== undefined && FUNCTIONS.has(node.type)

/** The nearest function around a node, or `undefined` at the top of the file. */
export function functionAround(source: Source, node: Node): FunctionNode | undefined {
  for (let at = source.parentOf(node); at !== undefined; at = source.parentOf(at)) if (isFunction(at)) return at
  return undefined
}

/** What a person calls the function around a node. */
export function placeName(source: Source, node: Node): string | undefined {
  for (let at: Node | undefined = node; at !== undefined; at = source.parentOf(at)) {
    const name = ownName(source, at)
    if (name !== undefined) return name
  }
  return undefined
}

function ownName(source: Source, node: Node): string | undefined {
  if (!isFunction(node)) return undefined
  if (node.id) return node.id.name
  const parent = source.parentOf(node)
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name
  if (parent?.type === 'MethodDefinition' || parent?.type === 'Property' || parent?.type === 'PropertyDefinition') {
    return parent.key.type === 'Identifier' ? parent.key.name : undefined
  }
  return undefined
}

export const textOf = (source: Source, node: Node): string => source.code.slice(node.start, node.end)

/** A statement with its line, where nothing else is on it. */
export function lineOf(code: string, { start, end }: Node): [number, number] {
  const from = code.lastIndexOf('\n', start - 1) + 1
  const to = /^[^\S\n]*\r?\n/.exec(code.slice(end))?.[0].length
  return to === undefined || code.slice(from, start).trim() !== '' ? [start, end] : [from, end + to]
}
