import type { Node } from '@oxc-project/types'
import { GUEST_BUILTINS } from './guest-builtins.js'
import { meantBy, type Source } from './source.js'
import { NODE_VM_OPTIONS, nameOf, VM_OPTIONS } from './names.js'
import type { Site } from './uses.js'

/** `easy`: change the engine. `check`: look at what is named first. `hard`: something has to be written anew. */
export type Grade = 'easy' | 'check' | 'hard'

export interface Graded {
  line: number
  className: string
  grade: Grade
  reasons: string[]
}

const LIVE = new Set(['process', 'require', 'module', 'global', 'globalThis', 'console', 'Buffer'])

/** How much work one call site is, from what stands where it is made. */
export function gradeSite(source: Source, site: Site): Graded {
  const hard: string[] = []
  const check: string[] = []
  const { className } = site
  const options = site.options && meantBy(source, site.options)
  if (options !== undefined && options.type !== 'ObjectExpression') check.push('its options are not written here')
  check.push(...unknownOptions(source, site))
  for (const [key, given] of propertiesOf(options)) {
    const value = meantBy(source, given)
    if (key === 'nesting' && !isFalse(value)) hard.push('nesting: make the inner VM on the host')
    if (key === 'sandbox') gradeSandbox(value, hard, check)
    if (key === 'wasm' && !isFalse(value)) check.push('wasm: not on every engine')
    if (key === 'compiler') check.push('compiler: TypeScript is stripped of types only; for CoffeeScript give a function')
    if (key === 'require' && className === 'NodeVM') gradeRequire(source, value, hard, check)
  }
  if (className === 'NodeVM' && hard.length === 0 && check.length === 0)
    check.push('NodeVM: process, timers and console are the guest’s own')
  for (const used of methodsOf(source, site)) {
    if (used === 'sandbox' || used === 'readonly') check.push(`${used}: look at the differences that are reported`)
  }
  const reasons = [...hard, ...check]
  return { line: site.line, className, grade: hard.length > 0 ? 'hard' : check.length > 0 ? 'check' : 'easy', reasons }
}

function gradeSandbox(value: Node, hard: string[], check: string[]): void {
  if (value.type !== 'ObjectExpression') {
    check.push('sandbox: not written here, so it may hold live objects, which become copies')
    return
  }
  for (const [key, given] of propertiesOf(value)) {
    if (given.type === 'Identifier' && LIVE.has(given.name))
      hard.push(`sandbox.${key}: ${given.name} of the host; give the functions that are needed`)
    else if (
      given.type === 'Identifier' ||
      given.type === 'MemberExpression' ||
      given.type === 'NewExpression' ||
      given.type === 'ThisExpression'
    ) {
      check.push(`sandbox.${key}: an object becomes a copy`)
    }
  }
}

function gradeRequire(source: Source, value: Node, hard: string[], check: string[]): void {
  if (value.type !== 'ObjectExpression') {
    if (!isFalse(value)) check.push('require: not written here')
    return
  }
  const given = new Map(propertiesOf(value).map(([key, node]) => [key, meantBy(source, node)]))
  if (given.has('customRequire')) hard.push('require.customRequire: give modules as require.mock')
  if (given.has('fs')) hard.push('require.fs: give modules as require.mock')
  const external = given.get('external')
  if (external !== undefined && !isFalse(external)) {
    const context = given.get('context')
    if (context?.type === 'Literal' && context.value === 'host')
      hard.push("require.context 'host': load in the guest, or give as require.mock")
    else if (context === undefined) check.push('require.external: modules of the host run in the guest')
  }
  const builtin = given.get('builtin')
  if (builtin === undefined) return
  if (builtin.type !== 'ArrayExpression') {
    check.push('require.builtin: not written here')
    return
  }
  const mocks = new Set(propertiesOf(given.get('mock')).map(([key]) => key))
  for (const one of builtin.elements) {
    if (one?.type !== 'Literal' || typeof one.value !== 'string') continue
    const name = one.value.replace(/^node:/, '')
    if (name === '*') check.push("require.builtin '*': only the modules that have a version for guests")
    else if (!GUEST_BUILTINS.includes(name) && !name.startsWith('-') && !mocks.has(name))
      hard.push(`require.builtin: no version of ${name} for guests; give it as require.mock`)
  }
}

function propertiesOf(node: Node | undefined): [string, Node][] {
  if (node?.type !== 'ObjectExpression') return []
  return node.properties.flatMap((one) =>
    one.type === 'Property' && !one.computed ? [[nameOf(one.key), one.value] as [string, Node]] : [],
  )
}

/** vm2 does not look at options that it does not know; the new classes refuse them. */
export function unknownOptions(source: Source, { options, className }: Site): string[] {
  const known = className === 'VM' ? VM_OPTIONS : NODE_VM_OPTIONS
  return propertiesOf(options && meantBy(source, options))
    .filter(([key]) => !known.has(key))
    .map(([key]) => `its option ${key} is none that a ${className} has: vm2 ignores it, the new class refuses it; remove it`)
}

const isFalse = (node: Node): boolean => node.type === 'Literal' && node.value === false

/** What is used of a VM that is kept in a variable. */
function methodsOf(source: Source, { node }: Site): string[] {
  const parent = source.parentOf(node)
  if (parent?.type !== 'VariableDeclarator' || parent.id.type !== 'Identifier') return []
  return source.referencesTo(parent.id.start).flatMap((reference) => {
    const member = source.parentOf(reference)
    return member?.type === 'MemberExpression' && member.object === reference && !member.computed ? [nameOf(member.property)] : []
  })
}
