import type { Node } from '@oxc-project/types'
import type MagicString from 'magic-string'
import { NEW, OLD } from './names.js'
import { lineOf, type Source } from './source.js'
import type { Site } from './uses.js'

const ADAPTER = '@beddel/sandbox-adapter'

/** A name of the adapter, and the name that it has in the file. */
export interface Taken {
  name: string
  local: string
}

export interface Loading {
  /** The class first. */
  names: readonly [adapter: Taken, ...others: Taken[]]
  /** The variable that is the adapter. */
  sandbox: string
  /** An import that goes. */
  instead: Node | undefined
}

/** Writes the import of the adapter, in the manner of the file, and makes one adapter for all of it. */
export function loadAdapter(source: Source, text: MagicString, { names, sandbox, instead }: Loading): void {
  const { program, isModule, code, quote } = source
  const line = code.includes('\r\n') ? '\r\n' : '\n'
  const loads = leadingLoads(source)
  const last = loads.at(-1)
  const next = program.body.find((node) => !isDirective(node) && !loads.includes(node))
  const stop = (last === undefined ? code : code.slice(last.start, last.end)).includes(';') ? ';' : ''
  const from = `${quote}${ADAPTER}${quote}`
  const list = names.map(({ name, local }) => (name === local ? name : `${name}${isModule ? ' as' : ':'} ${local}`)).join(', ')
  const load = `${isModule ? `import { ${list} } from ${from}` : `const { ${list} } = require(${from})`}${stop}`
  // A line that begins like this would go on with the one before.
  const goesOn = next !== undefined && /[([`/+-]/.test(code[next.start] as string)
  const make = `const ${sandbox} = new ${names[0].local}()${stop || (goesOn ? ';' : '')}`
  // Only among the loads in front can it take the place of the import that goes: further below, what makes the adapter would come before it.
  const takesPlace = instead !== undefined && loads.includes(instead)
  if (takesPlace) text.overwrite(instead.start, instead.end, load)
  else if (instead !== undefined) text.remove(...lineOf(code, instead))
  const before = takesPlace ? '' : `${load}${line}`
  if (last !== undefined) text.appendRight(last.end, `${line}${before}${line}${make}`)
  else text.prependLeft(next?.start ?? 0, `${before}${make}${line}`)
}

/** Imports and `require`s that stand before anything else, so that what they give is there whenever a function is called. */
function leadingLoads(source: Source): Node[] {
  const { program, code } = source
  const loads: Node[] = []
  for (const node of program.body) {
    if (isDirective(node)) continue
    const isLoad =
      node.type === 'ImportDeclaration' ||
      node.type === 'TSImportEqualsDeclaration' ||
      (node.type === 'VariableDeclaration' && /\brequire\(/.test(code.slice(node.start, node.end)) && !usesFunctions(source, node))
    if (!isLoad) break
    loads.push(node)
  }
  return loads
}

/** `require('./server')(main)` may call a function further below, which needs the adapter by then. */
function usesFunctions({ program, referencesTo }: Source, { start, end }: Node): boolean {
  const within = (node: Node): boolean => node.start >= start && node.end <= end
  return program.body.some((node) => node.type === 'FunctionDeclaration' && node.id && referencesTo(node.id.start).some(within))
}

const isDirective = (node: Node): boolean => node.type === 'ExpressionStatement' && typeof node.directive === 'string'

/** The import of vm2 at the top whose names were for nothing but sites that were rewritten. */
export function unusedLoad(source: Source, rewritten: ReadonlySet<Site>): Node | undefined {
  const gone = new Set<Node>([...rewritten].map(({ node }) => node.callee))
  const used = (local: Node): boolean => source.referencesTo(local.start).some((one) => !gone.has(one))
  return source.program.body.find((node) => {
    const locals = localsOf(node)
    return locals !== undefined && locals.length > 0 && !locals.some(used)
  })
}

/** The names that a statement takes from vm2 one by one; `undefined` where it is another. */
function localsOf(node: Node): Node[] | undefined {
  if (node.type === 'ImportDeclaration') {
    if (!isOurs(node.source)) return undefined
    return node.specifiers.map(({ local }) => local)
  }
  if (node.type !== 'VariableDeclaration' || node.declarations.length !== 1) return undefined
  const { id, init } = node.declarations[0] as { id: Node; init: Node | null }
  if (id.type !== 'ObjectPattern' || init?.type !== 'CallExpression' || init.callee.type !== 'Identifier' || init.callee.name !== 'require')
    return undefined
  if (!isOurs(init.arguments[0] as Node | undefined)) return undefined
  return id.properties.map((one) => (one.type === 'Property' ? one.value : one.argument))
}

const isOurs = (node: Node | undefined): boolean => node?.type === 'Literal' && (node.value === OLD || node.value === NEW)
