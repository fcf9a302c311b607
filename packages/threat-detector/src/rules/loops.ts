import { isFunction, type Node, pushChildren } from '../tree/node.js'

/** A loop with more in it is not looked at: it is a program and no mere loop. */
const MAX_NODES = 600

const HASHES = /hash|sha\d|^sha$|digest|keccak|scrypt|argon|blake|ripemd|md5|cryptonight|randomx/i
const TARGETS = /target|difficulty|threshold/i

/** Whether a loop counts up a number, hashes, and stops at a hash that begins with zeros or is small enough. */
export function isProofOfWork(loop: Node): boolean {
  let counts = false
  let hashes = false
  let stops = false
  const whole = within(loop, (node) => {
    if (node.type === 'UpdateExpression' || (node.type === 'AssignmentExpression' && node.operator === '+=')) counts = true
    else if (node.type === 'CallExpression') hashes ||= HASHES.test(nameOf(node.callee as Node) ?? '')
    else if (node.type === 'Literal' && typeof node.value === 'string') stops ||= /^0{3,}$/.test(node.value)
    else if (node.type === 'BinaryExpression' && /^[<>]=?$/.test(node.operator)) {
      stops ||= TARGETS.test(nameOf(node.left as Node) ?? '') || TARGETS.test(nameOf(node.right) ?? '')
    }
  })
  return whole && counts && hashes && stops
}

/** Whether a loop has no end at all and adds to something in each turn. */
export function growsForEver(loop: Node): boolean {
  if (loop.type === 'ForStatement' ? loop.test && !isTrue(loop.test) : !('test' in loop && loop.test && isTrue(loop.test as Node)))
    return false
  let ends = false
  let grows = false
  const whole = within(loop, (node) => {
    switch (node.type) {
      case 'BreakStatement':
      case 'ReturnStatement':
      case 'ThrowStatement':
      case 'YieldExpression':
      case 'AwaitExpression':
        ends = true
        return
      case 'CallExpression':
        grows ||= /^(?:push|unshift|concat|append|add|set)$/.test(nameOf(node.callee as Node) ?? '')
        return
      case 'AssignmentExpression':
        grows ||= node.operator === '+=' && node.right.type !== 'Literal'
        return
      case 'SpreadElement':
        grows = true
        return
      default:
    }
  })
  return whole && grows && !ends
}

const isTrue = (node: Node): boolean =>
  (node.type === 'Literal' && Boolean(node.value)) ||
  (node.type === 'UnaryExpression' && node.operator === '!' && node.argument.type === 'Literal')

function nameOf(node: Node): string | undefined {
  if (node.type === 'Identifier') return node.name
  if (node.type !== 'MemberExpression') return undefined
  const { property } = node
  return property.type === 'Identifier' ? property.name : property.type === 'Literal' ? String(property.value) : undefined
}

/** Visits what is in a loop, other functions left out; `false` where that is too much. */
function within(loop: Node, visit: (node: Node) => void): boolean {
  const stack: Node[] = []
  pushChildren(loop, stack)
  let count = 0
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (++count > MAX_NODES) return false
    visit(node)
    if (!isFunction(node)) pushChildren(node, stack)
  }
  return true
}
