import { bare, isFunction, type Node, type Of } from '../tree/node.js'

/** One sign that a source hides what it does. */
export interface Signal {
  name: SignalName
  /** What it adds to the behaviour's score. */
  points: number
  /** The measured figure. */
  value: number
  /** One sentence. */
  reason: string
}

/** How a source is written, as opposed to what it reaches for. */
export interface Behavior {
  /** Shannon entropy of the source in bits a character. Prose and code have 4 to 5. */
  entropy: number
  /** Functions that give back an item of an array of texts. */
  stringDecoders: number
  /** `switch` over a state in an endless loop. */
  flattened: number
  /** Statements that cannot be reached, and conditions that are constant. */
  dead: number
  /** Texts over 2,000 characters, arrays of over 500 constants. */
  hugeLiterals: number
  /** Share of property accesses whose name is computed, array indices left out. */
  dynamicShare: number
  /** Share of names that are like `_0x1f3a`. */
  hexNameShare: number
  /** Share of characters that stand in `\x41` or `\u0041`. */
  escapeShare: number
  /** What of it is unusual; the points add up to the score. */
  signals: Signal[]
}

export type SignalName =
  | 'entropy'
  | 'string-decoder'
  | 'flattening'
  | 'dead-code'
  | 'huge-literal'
  | 'dynamic-properties'
  | 'hex-names'
  | 'escapes'

const HUGE_TEXT = 2_000
const HUGE_LIST = 500
/** Of a longer source so much is looked at for entropy and escapes. */
const SAMPLE = 200_000

/** Counts, node by node. */
export class BehaviorCount {
  #decoders = 0
  #flattened = 0
  #dead = 0
  #huge = 0
  #members = 0
  #dynamic = 0
  #names = 0
  #hexNames = 0

  see(node: Node): void {
    switch (node.type) {
      case 'Identifier':
        this.#names++
        if (node.name.length > 4 && /^_0x[\da-f]+$/i.test(node.name)) this.#hexNames++
        return
      case 'MemberExpression':
        this.#members++
        if (node.computed && !isIndex(node.property as Node)) this.#dynamic++
        return
      case 'Literal':
        if (typeof node.value === 'string' && node.value.length > HUGE_TEXT) this.#huge++
        return
      case 'ArrayExpression':
        if (node.elements.length > HUGE_LIST) this.#huge++
        return
      case 'WhileStatement':
      case 'ForStatement':
      case 'DoWhileStatement':
        if (isDispatcher(node)) this.#flattened++
        return
      case 'IfStatement':
      case 'ConditionalExpression':
        if (isConstant(node.test)) this.#dead++
        return
      case 'BlockStatement':
        this.#dead += unreachable(node.body as Node[])
        return
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        if (isDecoder(node)) this.#decoders++
        if (node.body.type === 'BlockStatement') this.#dead += unreachable(node.body.body as Node[])
        return
      default:
    }
  }

  figures(source: string): Behavior {
    const sample = source.length > SAMPLE ? source.slice(0, SAMPLE) : source
    const escapes = sample.match(/\\(?:x[\da-f]{2}|u[\da-f]{4}|u\{[\da-f]+\})/gi)
    const escaped = escapes === null ? 0 : escapes.reduce((sum, each) => sum + each.length, 0)
    const figures = {
      entropy: entropyOf(sample),
      stringDecoders: this.#decoders,
      flattened: this.#flattened,
      dead: this.#dead,
      hugeLiterals: this.#huge,
      dynamicShare: this.#members < 10 ? 0 : this.#dynamic / this.#members,
      hexNameShare: this.#names < 5 ? 0 : this.#hexNames / this.#names,
      escapeShare: sample.length < 100 ? 0 : escaped / sample.length,
    }
    return { ...figures, signals: signalsOf(figures) }
  }
}

function signalsOf(f: Omit<Behavior, 'signals'>): Signal[] {
  const rows: [SignalName, number, number, boolean, string][] = [
    [
      'string-decoder',
      25,
      f.stringDecoders,
      f.stringDecoders > 0,
      'A function gives back items of an array of texts by number, so that the texts do not stand where they are used.',
    ],
    ['flattening', 25, f.flattened, f.flattened > 0, 'A loop around a switch over a state stands in the place of ordinary control flow.'],
    ['hex-names', 20, f.hexNameShare, f.hexNameShare >= 0.2, 'Names like _0x1f3a are made by obfuscators.'],
    ['escapes', 20, f.escapeShare, f.escapeShare >= 0.2, 'Much of the text is written in escapes.'],
    ['dynamic-properties', 15, f.dynamicShare, f.dynamicShare >= 0.5, 'Most properties are taken by a computed name.'],
    ['huge-literal', 10, f.hugeLiterals, f.hugeLiterals > 0, 'A very long text or list of constants may be a program of its own.'],
    ['dead-code', 10, f.dead, f.dead >= 3, 'Several statements can never run.'],
    ['entropy', 10, f.entropy, f.entropy >= 5.6, 'The characters are spread more evenly than in code that a person wrote.'],
  ]
  return rows.filter(([, , , holds]) => holds).map(([name, points, value, , reason]) => ({ name, points, value, reason }))
}

/** The sum of the signals' points, at most 100. */
export const behaviorScore = ({ signals }: Behavior): number =>
  Math.min(
    100,
    signals.reduce((sum, { points }) => sum + points, 0),
  )

function entropyOf(text: string): number {
  const counts = new Map<number, number>()
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    counts.set(code, (counts.get(code) ?? 0) + 1)
  }
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}

/** `a[0]`, `a[i]`, `a[i + 1]`: what arrays are read by. */
function isIndex(property: Node): boolean {
  if (property.type === 'Literal') return typeof property.value === 'number'
  if (property.type === 'UpdateExpression' || property.type === 'UnaryExpression') return true
  if (property.type === 'BinaryExpression') return property.operator !== '+' || isIndex(property.left as Node) || isIndex(property.right)
  return property.type === 'Identifier' && property.name.length <= 2
}

/** `while (true) switch (state) { … }`, also with a list of steps: `switch (order[i++])`. */
function isDispatcher(loop: Of<'WhileStatement'> | Of<'ForStatement'> | Of<'DoWhileStatement'>): boolean {
  const { test } = loop
  if (test && !isConstant(test) && test.type !== 'BinaryExpression') return false
  const first = loop.body.type === 'BlockStatement' ? loop.body.body[0] : loop.body
  if (first?.type !== 'SwitchStatement' || first.cases.length < 3) return false
  if (!first.cases.every(({ test: label }) => !label || label.type === 'Literal')) return false
  const on = bare(first.discriminant)
  if (on.type === 'MemberExpression') return on.computed && on.property.type === 'UpdateExpression'
  // A reader of characters (`switch (text.charCodeAt(i))`) is no state: a state is a variable that the cases set.
  return on.type === 'Identifier' && (!test || isConstant(test)) && first.cases.some((each) => sets(each, on.name))
}

const sets = ({ consequent }: { consequent: readonly unknown[] }, name: string): boolean =>
  (consequent as Node[]).some((statement) => {
    const expression = statement.type === 'ExpressionStatement' ? statement.expression : undefined
    return expression?.type === 'AssignmentExpression' && expression.left.type === 'Identifier' && expression.left.name === name
  })

const isConstant = (node: Node): boolean =>
  node.type === 'Literal' ||
  (node.type === 'UnaryExpression' && node.operator !== 'typeof' && isConstant(node.argument)) ||
  node.type === 'ArrayExpression' ||
  (node.type === 'BinaryExpression' && node.left.type === 'Literal' && node.right.type === 'Literal')

/** How many statements stand behind one that ends their block. Functions are there all the same. */
function unreachable(statements: readonly Node[]): number {
  const end = statements.findIndex(({ type }) => type === 'ReturnStatement' || type === 'ThrowStatement' || type === 'BreakStatement')
  if (end === -1) return 0
  return statements
    .slice(end + 1)
    .filter(({ type }) => type !== 'FunctionDeclaration' && type !== 'VariableDeclaration' && type !== 'EmptyStatement').length
}

/** A function of one or two parameters whose value is an item of an array by a number that it was given, with arithmetic or a name of no use. */
function isDecoder(node: Node): boolean {
  if (!isFunction(node) || node.params.length === 0 || node.params.length > 2) return false
  const { body } = node
  if (body.type !== 'BlockStatement') return isShiftedItem(body)
  if (body.body.length > 4) return false
  const [first, last] = [body.body[0], body.body.at(-1)]
  const value = last?.type === 'ReturnStatement' && last.argument ? last.argument : undefined
  if (value !== undefined && isShiftedItem(value)) return true
  // `i = i - 0x1; …; return list[i]`
  const shifts =
    first?.type === 'ExpressionStatement' &&
    first.expression.type === 'AssignmentExpression' &&
    first.expression.right.type === 'BinaryExpression' &&
    first.expression.right.operator === '-' &&
    first.expression.right.right.type === 'Literal'
  return shifts === true && value !== undefined && (value.type === 'MemberExpression' || value.type === 'Identifier')
}

function isShiftedItem(value: Node): boolean {
  if (value.type !== 'MemberExpression' || !value.computed || value.object.type !== 'Identifier') return false
  const { property } = value
  return (
    property.type === 'BinaryExpression' &&
    /^[-^]$/.test(property.operator) &&
    property.right.type === 'Literal' &&
    /^_|^\w$/.test(value.object.name)
  )
}
