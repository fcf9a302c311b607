import type { Node } from '@oxc-project/types'
import type MagicString from 'magic-string'
import { NEW, OLD } from './names.js'
import type { Source } from './source.js'
import type { Site } from './uses.js'

const ADAPTER = '@beddel/sandbox-adapter'

export interface Loading {
  names: readonly string[]
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
  const stop = (last === undefined ? code : code.slice(last.start, last.end)).includes(';') ? ';' : ''
  const list = names.join(', ')
  const from = `${quote}${ADAPTER}${quote}`
  const load = `${isModule ? `import { ${list} } from ${from}` : `const { ${list} } = require(${from})`}${stop}`
  const make = `const ${sandbox} = new SandboxAdapter()${stop}`
  if (instead !== undefined) text.overwrite(instead.start, instead.end, load)
  if (last !== undefined) text.appendRight(last.end, `${instead === undefined ? `${line}${load}` : ''}${line}${line}${make}`)
  else {
    const first = program.body.find((node) => !isDirective(node))
    text.prependLeft(first?.start ?? 0, `${instead === undefined ? `${load}${line}` : ''}${make}${line}`)
  }
}

/** Imports and `require`s that stand before anything else, so that what they give is there whenever a function is called. */
function leadingLoads({ program, code }: Source): Node[] {
  const loads: Node[] = []
  for (const node of program.body) {
    if (isDirective(node)) continue
    const isLoad =
      node.type === 'ImportDeclaration' ||
      node.type === 'TSImportEqualsDeclaration' ||
      (node.type === 'VariableDeclaration' && /\brequire\(/.test(code.slice(node.start, node.end)))
    if (!isLoad) break
    loads.push(node)
  }
  return loads
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
