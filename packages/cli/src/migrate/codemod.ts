import MagicString from 'magic-string'
import { placeName } from './source.js'
import { toAdapter } from './to-adapter.js'
import { findUses, type Left, nameOf, type Site, type Uses } from './uses.js'

export const NEW = '@beddel/vm2-migration'

export interface CodemodResult {
  code: string
  changed: boolean
  /** One sentence for each change. */
  changes: string[]
  left: Left[]
}

export interface CodemodOptions {
  /** Rewrite to the adapter where that is safe. */
  adapter: boolean
}

/** Changes the import, and names each call site after its place. `undefined` where the file has nothing of vm2. */
export function codemod(file: string, code: string, options: CodemodOptions): CodemodResult | { problem: string } | undefined {
  if (!code.includes('vm2')) return undefined
  const uses = findUses(file, code)
  if ('problem' in uses) return uses
  const { specifiers, left } = uses
  if (specifiers.length === 0 && left.length === 0) return undefined
  const text = new MagicString(code)
  const changes: string[] = []
  const rewritten = options.adapter ? toAdapter(uses, text, changes) : new Set<Site>()
  for (const { start, end, line, how } of specifiers) {
    const quote = code[start] as string
    text.overwrite(start, end, `${quote}${NEW}${quote}`)
    changes.push(`${line}: ${how} of vm2 is one of ${NEW}`)
  }
  nameSites(uses, text, changes, rewritten)
  return { code: text.toString(), changed: text.hasChanged(), changes, left: [...left].sort((a, b) => a.line - b.line) }
}

function nameSites({ source, sites, left }: Uses, text: MagicString, changes: string[], without: ReadonlySet<Site>): void {
  const taken = new Map<string, number>()
  for (const site of sites) {
    if (without.has(site)) continue
    const place = `${source.file.replace(/\.[cm]?[jt]sx?$/, '')}:${placeName(source, site.node) ?? 'top'}`
    const count = (taken.get(place) ?? 0) + 1
    taken.set(place, count)
    const name = count === 1 ? place : `${place}#${count}`
    const problem = addName(site, name, text, source.code)
    if (problem === undefined) changes.push(`${site.line}: this call site is named ${name}`)
    else if (problem !== '') left.push({ line: site.line, what: `new ${site.className}(…)`, why: problem })
  }
}

/** '' where the site has a name already. */
function addName({ node, options }: Site, name: string, text: MagicString, code: string): string | undefined {
  const property = `name: ${/["'\\]/.test(name) ? JSON.stringify(name) : `'${name}'`}`
  if (node.arguments.length === 0) {
    const open = code.indexOf('(', node.callee.end)
    if (open < 0 || open >= node.end) text.appendLeft(node.callee.end, `({ ${property} })`)
    else text.appendLeft(open + 1, `{ ${property} }`)
    return undefined
  }
  if (options?.type === 'SpreadElement' || options === undefined) return 'its options are spread over the arguments: name it by hand'
  if (options.type !== 'ObjectExpression') {
    text.appendLeft(options.start, '{ ...').appendRight(options.end, `, ${property} }`)
    return undefined
  }
  if (options.properties.some((one) => one.type === 'Property' && nameOf(one.key) === 'name')) return ''
  const [first] = options.properties
  if (first === undefined) text.overwrite(options.start, options.end, `{ ${property} }`)
  else text.appendLeft(first.start, `${property}, `)
  return undefined
}
