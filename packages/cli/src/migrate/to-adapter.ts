import type { Node } from '@oxc-project/types'
import type MagicString from 'magic-string'
import { AsyncCallers } from './async-callers.js'
import { awaiting } from './awaiting.js'
import { loadAdapter, type Taken, unusedLoad } from './loads.js'
import { sandboxOf } from './sandbox-values.js'
import { isFunction, lineOf, type Source, textOf } from './source.js'
import { nameOf } from './names.js'
import type { Site, Uses } from './uses.js'

type Call = Extract<Node, { type: 'CallExpression' }>

/** A site that becomes a call of the adapter, with the arguments as text. */
interface Plan {
  site: Site
  call: Call
  code: Node
  request: string
  functions: boolean
  /** Whether vm2 had no time limit there. */
  unlimited: boolean
  /** `const vm = new VM(…)`, which goes. */
  kept: Node | undefined
}

export interface Rewritten {
  sites: ReadonlySet<Site>
  /** What is not there any more: `new (require('vm2').VM)` of a site, and an import that nothing used besides. */
  gone: readonly { start: number; end: number }[]
}

/** Rewrites `new VM({…}).run(code)` where that is safe, and says why not where it is not. */
export function toAdapter(uses: Uses, text: MagicString, changes: string[]): Rewritten {
  const { source, sites, left } = uses
  const callers = new AsyncCallers(source)
  const plans: Plan[] = []
  for (const site of sites) {
    const plan = planOf(uses, site)
    const problem = typeof plan === 'string' ? plan : callers.admit(plan.call, site.node)
    if (typeof plan !== 'string' && problem === undefined) plans.push(plan)
    else
      left.push({ line: site.line, what: `new ${site.className}(…)`, why: `not rewritten to the adapter: ${problem ?? (plan as string)}` })
  }
  const rewritten = new Set(plans.map(({ site }) => site))
  if (plans.length === 0) return { sites: rewritten, gone: [] }
  const sandbox = source.names.has('sandbox') ? freeName(source, 'vm2Sandbox') : 'sandbox'
  for (const { call, code, request, kept } of plans) {
    const [before, behind] = awaiting(source, call)
    // The source itself stays where it is: there may be calls in it that are to be awaited.
    // vm2's `run` gives `any`.
    const type = /\.[cm]?tsx?$/.test(source.file) ? '<any>' : ''
    text.overwrite(call.start, code.start, `${before}${sandbox}.run${type}(`)
    text.overwrite(code.end, call.end, `${request === '' ? ')' : `, { ${request} })`}${behind}`)
    if (kept !== undefined) text.remove(...lineOf(source.code, kept))
  }
  for (const line of callers.apply(text)) changes.push(line)
  const others = plans.some(({ functions }) => functions) ? [takenAs(source, 'syncHostFunction')] : []
  const load = unusedLoad(source, rewritten)
  loadAdapter(source, text, { names: [takenAs(source, 'SandboxAdapter'), ...others], sandbox, instead: load })
  for (const { site, unlimited } of plans) {
    const limit = unlimited ? '; it has 5 seconds, the adapter’s default, where vm2 had no limit' : ''
    changes.push(
      `${site.line}: new VM(…).run(…) is a run of the adapter, in a guest without eval; what it throws is a SandboxError${limit}`,
    )
  }
  const gone = [...plans.map(({ site }) => site.node.callee), ...(load === undefined ? [] : [load])]
  return { sites: rewritten, gone }
}

function planOf(uses: Uses, site: Site): Plan | string {
  const { source } = uses
  const { node, options, className } = site
  if (className !== 'VM') return 'a NodeVM has modules and state'
  const found = runOf(source, node)
  if (typeof found === 'string') return found
  const { call, kept } = found
  const [code, filename, ...more] = call.arguments
  if (code === undefined || code.type === 'SpreadElement' || more.length > 0) return 'the arguments of run cannot be told apart'
  const parts: string[] = []
  let functions = false
  let unlimited = true
  if (filename !== undefined) {
    if (filename.type !== 'Literal' || typeof filename.value !== 'string' || !/^[\w./-]{1,200}$/.test(filename.value)) {
      return 'its filename is no plain text'
    }
    parts.push(`filename: ${textOf(source, filename)}`)
  }
  if (node.arguments.length > 1) return 'it has more than one argument'
  if (options !== undefined) {
    if (options.type !== 'ObjectExpression') return 'its options are not written where it is made'
    for (const property of options.properties) {
      if (property.type !== 'Property' || property.computed || property.method || property.kind !== 'init')
        return 'its options are not plain'
      const key = nameOf(property.key)
      const { value } = property
      if (key === 'name') continue
      if ((key === 'eval' || key === 'wasm') && isLiteral(value, false)) continue
      if (key === 'allowAsync' && isLiteral(value, true)) continue
      if (key === 'timeout') {
        if (kept !== undefined && value.type !== 'Literal') return 'the VM is kept, so its timeout may be another when it runs'
        parts.push(`timeoutMs: ${textOf(source, value)}`)
        unlimited = false
      } else if (key === 'sandbox') {
        const given = sandboxOf(source, value, takenAs(source, 'syncHostFunction').local)
        if (typeof given === 'string') return given
        if (given.globals.length > 0) parts.push(`globals: { ${given.globals.join(', ')} }`)
        if (given.functions.length > 0) parts.push(`hostFunctions: { ${given.functions.join(', ')} }`)
        functions ||= given.functions.length > 0
      } else return `its option ${key} has no counterpart that is certain`
    }
  }
  const lost = kept === undefined ? [] : [kept]
  lost.push({ start: call.start, end: code.start } as Node, { start: code.end, end: call.end } as Node)
  const isLost = (one: { start: number; end: number }): boolean => lost.some(({ start, end }) => one.start >= start && one.end <= end)
  if (source.comments.some(isLost)) return 'a comment within it would be lost'
  // What stands in its options is moved as it is, so nothing in them may be changed besides.
  const isOwn = ({ start, end }: { start: number; end: number }): boolean => start >= node.callee.start && end <= node.callee.end
  if (uses.sites.some((other) => other !== site && isLost(other.node)) || uses.specifiers.some((one) => isLost(one) && !isOwn(one)))
    return 'there is another use of vm2 in its options'
  return { site, call, code, request: parts.join(', '), functions, unlimited, kept }
}

/** The one run of a VM: at once, or of a variable that is used for nothing else, so that nobody can see its state. */
function runOf(source: Source, node: Site['node']): { call: Call; kept: Node | undefined } | string {
  const parent = source.parentOf(node)
  if (parent?.type === 'MemberExpression' && parent.object === node) {
    const call = callOf(source, parent)
    return call === undefined ? 'what is called is not run' : { call, kept: undefined }
  }
  const shared = 'the VM is kept, so its state may be used later'
  const kept = parent && source.parentOf(parent)
  if (parent?.type !== 'VariableDeclarator' || parent.id.type !== 'Identifier' || kept?.type !== 'VariableDeclaration') return shared
  const [reference, ...others] = source.referencesTo(parent.id.start)
  const member = reference && source.parentOf(reference)
  if (reference === undefined || others.length > 0 || kept.declarations.length > 1 || member?.type !== 'MemberExpression') return shared
  const call = callOf(source, member)
  const block = source.parentOf(kept)
  if (call === undefined || (block?.type !== 'BlockStatement' && block?.type !== 'Program')) return shared
  // Within the same block, and once: not in a function or a loop of its own.
  for (let at = source.parentOf(call); at !== block; at = source.parentOf(at)) {
    if (at === undefined || isFunction(at) || /^(?:For|While|DoWhile)\w*Statement$/.test(at.type)) return shared
  }
  return { call, kept }
}

function callOf(source: Source, member: Extract<Node, { type: 'MemberExpression' }>): Call | undefined {
  const call = source.parentOf(member)
  return call?.type === 'CallExpression' && call.callee === member && !member.computed && nameOf(member.property) === 'run'
    ? call
    : undefined
}

const isLiteral = (node: Node, value: unknown): boolean => node.type === 'Literal' && node.value === value

function freeName(source: Source, wanted: string): string {
  let name = wanted
  for (let i = 2; source.names.has(name); i++) name = `${wanted}${i}`
  return name
}

/** A name of the adapter under a name that the file has nothing else for. */
const takenAs = (source: Source, name: string): Taken => ({ name, local: freeName(source, name) })
