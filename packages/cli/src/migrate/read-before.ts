import type { Node } from '@oxc-project/types'
import { functionAround, type Identifier, isFunction, type Source, textOf } from './source.js'

const BOUNDARY = /(?:Statement|Declaration|Declarator|Program|SwitchCase)$/

/**
 * What may be out of date when an expression that is awaited from now on gives its value: in `total += run(…)` the total is
 * read first, and what another call adds while this one waits is lost. `made` is where a VM of a variable gets its options.
 */
export function readBefore(source: Source, awaited: Node, made: Node = awaited): string | undefined {
  // Where it is awaited already, others could come between before.
  if (source.parentOf(awaited)?.type === 'AwaitExpression') return undefined
  const found = beforeIt(source, awaited) ?? writtenAfter(source, awaited, made)
  if (found === undefined) return undefined
  const text = textOf(source, found).replace(/\s+/g, ' ')
  const title = text.length > 40 ? `${text.slice(0, 40)}…` : text
  return `${title} is read before its value is there, in the same expression: what other calls change meanwhile would be lost`
}

/** Something that others may change, and that is evaluated before it in the same expression. */
function beforeIt(source: Source, awaited: Node): Node | undefined {
  const fn = functionAround(source, awaited)
  let top = awaited
  for (let at = source.parentOf(top); at !== undefined && !isFunction(at) && !BOUNDARY.test(at.type); at = source.parentOf(at)) top = at
  return source.nodes.find(
    (node) => node.start >= top.start && node.end <= awaited.start && functionAround(source, node) === fn && isShared(source, node, fn),
  )
}

function isShared(source: Source, node: Node, fn: Node | undefined): boolean {
  if (isPlainTarget(source, node)) return false
  const parent = source.parentOf(node)
  const isCalled = parent?.type === 'CallExpression' && parent.callee === node
  switch (node.type) {
    case 'Identifier':
      return isChangedElsewhere(source, node, fn)
    case 'MemberExpression':
      // Which method is called is no state; what it is called on is looked at by itself.
      return !isCalled && node.object.type !== 'MetaProperty'
    case 'CallExpression':
      return !isBuiltIn(source, node.callee) && !isOfCallee(source, node)
    default:
      return false
  }
}

/** A target of it that it reads by itself: `x = run(x)`. */
function writtenAfter(source: Source, awaited: Node, made: Node): Node | undefined {
  const fn = functionAround(source, awaited)
  for (let at = source.parentOf(awaited); at !== undefined && !isFunction(at); at = source.parentOf(at)) {
    if (at.type !== 'AssignmentExpression') continue
    const { left } = at
    const isTarget = (node: Node): boolean => node.type === left.type && textOf(source, node) === textOf(source, left)
    const isWithin = (node: Node, { start, end }: Node): boolean => node.start >= start && node.end <= end
    const read = source.nodes.find((node) => isTarget(node) && (isWithin(node, awaited) || isWithin(node, made)))
    if (read !== undefined && (read.type !== 'Identifier' || isChangedElsewhere(source, read, fn))) return read
  }
  return undefined
}

/** Whether a variable can be given another value while this function waits. */
function isChangedElsewhere(source: Source, identifier: Identifier, fn: Node | undefined): boolean {
  const binding = source.bindingOf(identifier)
  if (binding === undefined) return isGlobalChanged(source, identifier)
  const declared = source.nodes.find((node) => node.type === 'Identifier' && node.start === binding)
  const isOwn = declared !== undefined && functionAround(source, declared) === fn
  return source.referencesTo(binding).some((one) => isWrite(source, one) && (!isOwn || functionAround(source, one) !== fn))
}

/** A name without a declaration here: one of the language or of the host, unless this file gives it a value. */
function isGlobalChanged(source: Source, identifier: Identifier): boolean {
  const isReference = (node: Node): boolean => {
    const parent = source.parentOf(node)
    if (parent?.type === 'MemberExpression') return parent.object === node || parent.computed
    return parent?.type !== 'Property' || parent.value === node
  }
  if (!isReference(identifier)) return false
  return source.nodes.some(
    (node) =>
      node.type === 'Identifier' &&
      node.name === identifier.name &&
      source.bindingOf(node) === undefined &&
      isReference(node) &&
      isWrite(source, node),
  )
}

function isWrite(source: Source, node: Node): boolean {
  const parent = source.parentOf(node)
  switch (parent?.type) {
    case 'AssignmentExpression':
    case 'ForInStatement':
    case 'ForOfStatement':
      return parent.left === node
    case 'UpdateExpression':
      return true
    case 'Property':
      return parent.value === node && isWrite(source, parent)
    case 'AssignmentPattern':
      return parent.left === node && isWrite(source, parent)
    case 'ArrayPattern':
    case 'ObjectPattern':
    case 'RestElement':
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
      return isWrite(source, parent)
    default:
      return false
  }
}

/** `x = …`: written, and not read. */
function isPlainTarget(source: Source, node: Node): boolean {
  const parent = source.parentOf(node)
  return parent?.type === 'AssignmentExpression' && parent.left === node && parent.operator === '='
}

/** `String(x)`, `JSON.stringify(x)`, `new Thing().run(x)`: what it gives depends on its arguments, which are looked at by themselves. */
function isBuiltIn(source: Source, callee: Node): boolean {
  if (callee.type === 'MemberExpression') return isBuiltIn(source, callee.object)
  return callee.type === 'NewExpression' || (callee.type === 'Identifier' && source.bindingOf(callee) === undefined)
}

/** `response.status(200)` in `response.status(200).json(…)`: it gives what is called next, and no value. */
function isOfCallee(source: Source, node: Node): boolean {
  const member = source.parentOf(node)
  const call = member && source.parentOf(member)
  return member?.type === 'MemberExpression' && member.object === node && call?.type === 'CallExpression' && call.callee === member
}
