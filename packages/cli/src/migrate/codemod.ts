import MagicString from 'magic-string'
import { unknownOptions } from './grade.js'
import { NEW, nameOf } from './names.js'
import { placeName } from './source.js'
import { toAdapter } from './to-adapter.js'
import { findUses, type Left, type Site, type Specifier, type Uses } from './uses.js'

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

/** Changes the import, and names each call site after its place. `undefined` where there is nothing to change or to say. */
export function codemod(file: string, code: string, options: CodemodOptions): CodemodResult | { problem: string } | undefined {
  if (!code.includes('vm2')) return undefined
  const uses = findUses(file, code, { followNew: true })
  return 'problem' in uses ? uses : rewrite(uses, options)
}

/** The same for a file whose uses are known. */
export function rewrite(uses: Uses, options: CodemodOptions): CodemodResult | undefined {
  const { specifiers, left, source } = uses
  const text = new MagicString(source.code)
  const changes: string[] = []
  const { sites, gone } = options.adapter ? toAdapter(uses, text, changes) : { sites: new Set<Site>(), gone: [] }
  for (const specifier of specifiers) {
    if (gone.some(({ start, end }) => specifier.start >= start && specifier.end <= end)) continue
    changeSpecifier(specifier, text)
    changes.push(`${specifier.line}: ${specifier.how} of vm2 is one of ${NEW}`)
  }
  nameSites(uses, text, changes, sites)
  if (!text.hasChanged() && left.length === 0) return undefined
  return { code: text.toString(), changed: text.hasChanged(), changes, left: left.toSorted((a, b) => a.line - b.line) }
}

function changeSpecifier({ start, end, whole }: Specifier, text: MagicString): void {
  const quote = text.original[start] as string
  const named = `${quote}${NEW}${quote}`
  // The new package has no default: the whole of it is a namespace, which goes with no other name in one import.
  if (whole !== undefined) {
    const { name, others } = whole
    if (others) {
      const rest = text.original.slice(whole.end).match(/^\s*,\s*/)?.[0].length ?? 0
      text.overwrite(whole.start, whole.end + rest, `* as ${name} from ${named}\nimport `)
    } else text.overwrite(whole.start, whole.end, `* as ${name}`)
  }
  text.overwrite(start, end, named)
}

function nameSites({ source, sites, left }: Uses, text: MagicString, changes: string[], without: ReadonlySet<Site>): void {
  const taken = new Set(sites.map(nameGiven))
  for (const site of sites) {
    if (without.has(site)) continue
    for (const why of unknownOptions(source, site)) left.push({ line: site.line, what: `new ${site.className}(…)`, why })
    if (nameGiven(site) !== undefined) continue
    const place = `${source.file.replace(/\.[cm]?[jt]sx?$/, '')}:${placeName(source, site.node) ?? 'top'}`
    let name = place
    for (let i = 2; taken.has(name); i++) name = `${place}#${i}`
    taken.add(name)
    const problem = addName(site, `name: ${quoted(name, source.quote)}`, text, source.code)
    if (problem === undefined) changes.push(`${site.line}: this call site is named ${name}`)
    else left.push({ line: site.line, what: `new ${site.className}(…)`, why: problem })
  }
}

/** The name that a site has; '' where it is no plain text. */
function nameGiven({ options }: Site): string | undefined {
  if (options?.type !== 'ObjectExpression') return undefined
  const property = options.properties.find((one) => one.type === 'Property' && nameOf(one.key) === 'name')
  if (property?.type !== 'Property') return undefined
  return property.value.type === 'Literal' ? String(property.value.value) : ''
}

const quoted = (name: string, quote: string): string => (/["'\\]/.test(name) ? JSON.stringify(name) : `${quote}${name}${quote}`)

function addName({ node, options }: Site, property: string, text: MagicString, code: string): string | undefined {
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
  const [first] = options.properties
  if (first === undefined) text.overwrite(options.start, options.end, `{ ${property} }`)
  else {
    // Where each property has a line of its own, so has this one.
    const before = code.slice(options.start + 1, first.start)
    const ownLine = /^[^\S\n]*\r?\n\s*$/.test(before)
    text.appendLeft(first.start, ownLine ? `${property},${before}` : `${property}, `)
  }
  return undefined
}
