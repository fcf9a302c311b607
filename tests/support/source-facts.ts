import { parseSync, Visitor } from 'oxc-parser'
import type { SourceFile } from './workspace.js'

export interface Import {
  specifier: string
  /** `static` is loaded with its importer, `dynamic` when it is asked for, `type` never. */
  kind: 'static' | 'dynamic' | 'type'
}

export interface SourceFacts {
  imports: Import[]
  /** Values of string literals and of the fixed parts of templates, import specifiers left out. */
  strings: string[]
}

/** What a source imports and which strings it has, read from its syntax tree: comments do not count. */
export function factsOf({ path, text }: SourceFile): SourceFacts {
  const { program, errors } = parseSync(path, text, { lang: path.endsWith('x') ? 'tsx' : 'ts' })
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`)
  const imports: Import[] = []
  const strings: string[] = []
  const specifiers = new Set<unknown>()
  const found = (literal: unknown, kind: Import['kind']): void => {
    const { type, value } = (literal ?? {}) as { type?: string; value?: unknown }
    if (type !== 'Literal' || typeof value !== 'string') return
    specifiers.add(literal)
    imports.push({ specifier: value, kind })
  }
  new Visitor({
    ImportDeclaration: (node) => found(node.source, node.importKind === 'type' ? 'type' : 'static'),
    ExportNamedDeclaration: (node) => found(node.source, node.exportKind === 'type' ? 'type' : 'static'),
    ExportAllDeclaration: (node) => found(node.source, node.exportKind === 'type' ? 'type' : 'static'),
    ImportExpression: (node) => found(node.source, 'dynamic'),
    TSImportType: (node) => found(node.source, 'type'),
    CallExpression: ({ callee, arguments: [first] }) => {
      // `require(…)`, `require.resolve(…)`, `import.meta.resolve(…)`; not `Promise.resolve(…)`.
      const from = callee.type === 'MemberExpression' ? callee.object : callee
      if ((from.type === 'Identifier' && from.name === 'require') || from.type === 'MetaProperty') found(first, 'dynamic')
    },
    Literal: (node) => {
      if (typeof node.value === 'string' && !specifiers.has(node)) strings.push(node.value)
    },
    TemplateElement: (node) => {
      strings.push(node.value.cooked ?? node.value.raw)
    },
  }).visit(program)
  return { imports, strings }
}
