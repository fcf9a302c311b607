import type { Node } from '@oxc-project/types'
import type MagicString from 'magic-string'
import { AsyncCallers } from './async-callers.js'
import { type Identifier, isFunction, type Source } from './source.js'
import { nameOf, type Site, type Uses } from './uses.js'

export const ADAPTER = '@beddel/sandbox-adapter'

/** A site that becomes a call of the adapter, with the arguments as text. */
interface Plan {
  site: Site
  call: Extract<Node, { type: 'CallExpression' }>
  code: Node
  request: string
  functions: boolean
}

/** Rewrites `new VM({…}).run(code)` where that is safe, and says why not where it is not. Gives the sites that it rewrote. */
export function toAdapter(uses: Uses, text: MagicString, changes: string[]): Set<Site> {
  const { source, sites, left } = uses
  const callers = new AsyncCallers(source)
  const plans: Plan[] = []
  for (const site of sites) {
    const plan = planOf(source, site)
    const problem = typeof plan === 'string' ? plan : callers.admit(plan.call)
    if (typeof plan !== 'string' && problem === undefined) plans.push(plan)
    else
      left.push({ line: site.line, what: `new ${site.className}(…)`, why: `not rewritten to the adapter: ${problem ?? (plan as string)}` })
  }
  if (plans.length === 0) return new Set()
  const sandbox = source.names.has('sandbox') ? freeName(source, 'vm2Sandbox') : 'sandbox'
  for (const { call, code, request } of plans) {
    // The source itself stays where it is: there may be calls in it that are to be awaited.
    text.overwrite(call.start, code.start, `(await ${sandbox}.run(`)
    text.overwrite(code.end, call.end, request === '' ? '))' : `, { ${request} }))`)
  }
  for (const line of callers.apply(text)) changes.push(line)
  const names = ['SandboxAdapter', ...(plans.some(({ functions }) => functions) ? ['syncHostFunction'] : [])]
  insert(source, text, names, sandbox)
  for (const { site } of plans)
    changes.push(`${site.line}: new VM(…).run(…) is a run of the adapter, in a guest without eval; what it throws is a SandboxError`)
  return new Set(plans.map(({ site }) => site))
}

function planOf(source: Source, site: Site): Plan | string {
  const { node, options, className } = site
  if (className !== 'VM') return 'a NodeVM has modules and state'
  const member = source.parentOf(node)
  const call = member && source.parentOf(member)
  if (member?.type !== 'MemberExpression' || member.object !== node || call?.type !== 'CallExpression' || call.callee !== member) {
    return 'the VM is kept, so its state may be used later'
  }
  if (member.computed || nameOf(member.property) !== 'run') return 'what is called is not run'
  const [code, filename, ...more] = call.arguments
  if (code === undefined || code.type === 'SpreadElement' || more.length > 0) return 'the arguments of run cannot be told apart'
  const parts: string[] = []
  let functions = false
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
      if (key === 'timeout') parts.push(`timeoutMs: ${textOf(source, value)}`)
      else if (key === 'sandbox') {
        const given = sandboxOf(source, value)
        if (typeof given === 'string') return given
        if (given.globals.length > 0) parts.push(`globals: { ${given.globals.join(', ')} }`)
        if (given.functions.length > 0) parts.push(`hostFunctions: { ${given.functions.join(', ')} }`)
        functions ||= given.functions.length > 0
      } else return `its option ${key} has no counterpart that is certain`
    }
  }
  return { site, call, code, request: parts.join(', '), functions }
}

const textOf = (source: Source, node: Node): string => source.code.slice(node.start, node.end)
const isLiteral = (node: Node, value: unknown): boolean => node.type === 'Literal' && node.value === value

function sandboxOf(source: Source, node: Node): { globals: string[]; functions: string[] } | string {
  if (node.type !== 'ObjectExpression') return 'its sandbox is not written where it is made: data and functions cannot be told apart'
  const globals: string[] = []
  const functions: string[] = []
  for (const property of node.properties) {
    if (property.type !== 'Property' || property.computed || property.method || property.kind !== 'init')
      return 'its sandbox has more than plain properties'
    const key = textOf(source, property.key)
    const { value } = property
    if (isFunctionValue(source, value)) functions.push(`${key}: syncHostFunction(${textOf(source, value)})`)
    else if (isData(source, value)) globals.push(textOf(source, property))
    else return `it cannot be told whether ${key} in its sandbox is data or a function`
  }
  return { globals, functions }
}

/** A function that gives its value at once: an asynchronous one gives a promise, which a synchronous host function may not. */
function isFunctionValue(source: Source, node: Node): boolean {
  if (isFunction(node)) return !node.async && !node.generator
  if (node.type !== 'Identifier') return false
  const declared = declarationOf(source, node)
  if (declared?.type === 'VariableDeclarator') return declared.init !== null && isFunction(declared.init) && !declared.init.async
  return declared?.type === 'FunctionDeclaration' && !declared.async && !declared.generator
}

function isData(source: Source, node: Node): boolean {
  switch (node.type) {
    case 'Literal':
    case 'TemplateLiteral':
      return true
    case 'ArrayExpression':
      return node.elements.every((one) => one !== null && isData(source, one))
    case 'ObjectExpression':
      return node.properties.every((one) => one.type === 'Property' && !one.method && one.kind === 'init' && isData(source, one.value))
    case 'UnaryExpression':
      return isData(source, node.argument)
    case 'Identifier': {
      if (node.name === 'undefined') return true
      const declared = declarationOf(source, node)
      const parent = declared && source.parentOf(declared)
      return (
        declared?.type === 'VariableDeclarator' &&
        parent?.type === 'VariableDeclaration' &&
        parent.kind === 'const' &&
        declared.init !== null &&
        declared.init.type !== 'Identifier' &&
        isData(source, declared.init)
      )
    }
    default:
      return false
  }
}

function declarationOf(source: Source, identifier: Identifier): Node | undefined {
  const binding = source.bindingOf(identifier)
  const name = source.nodes.find((node) => node.type === 'Identifier' && node.start === binding && node.name === identifier.name)
  return name && source.parentOf(name)
}

function freeName(source: Source, wanted: string): string {
  let name = wanted
  for (let i = 2; source.names.has(name); i++) name = `${wanted}${i}`
  return name
}

/** Behind the last import or `require` at the top of the file. */
function insert({ program, isModule }: Source, text: MagicString, names: string[], sandbox: string): void {
  const list = names.join(', ')
  const load = isModule ? `import { ${list} } from '${ADAPTER}'` : `const { ${list} } = require('${ADAPTER}')`
  const make = `const ${sandbox} = new SandboxAdapter()`
  const last = program.body.findLast(
    (node) => node.type === 'ImportDeclaration' || (node.type === 'VariableDeclaration' && initOf(text, node).startsWith('require(')),
  )
  if (last === undefined) text.prependLeft(program.body[0]?.start ?? 0, `${load}\n${make}\n`)
  else text.appendRight(last.end, `\n${load}\n\n${make}`)
}

const initOf = (text: MagicString, node: Extract<Node, { type: 'VariableDeclaration' }>): string => {
  const init = node.declarations[0]?.init
  return init === null || init === undefined ? '' : text.original.slice(init.start, init.end)
}
