import type {
  AnyNode,
  ArrowFunctionExpression,
  BlockStatement,
  Expression,
  ForStatement,
  Function,
  ModuleDeclaration,
  Pattern,
  PropertyDefinition,
  Statement,
} from 'acorn'
import type { Edits, Insertion } from './edits.js'
import { problemAt } from './problem.js'

/** What begins with this is ours: a guest that uses such a name is refused. */
const RESERVED = '__beddel_'
/** The counter: a variable in the source's own scope. As a property of the global object it would be 9 times slower. */
export const LEFT = `${RESERVED}left`
/** Spends one operation. An expression without commas outside its parentheses. */
const TICK = `(--${LEFT}<0&&${RESERVED}spent())`
/** A statement that spends one operation and has no completion value, unlike an expression statement. */
const SILENT_TICK = `const ${RESERVED}t=${TICK};`

type Meter<Type extends AnyNode['type']> = (node: Extract<AnyNode, { type: Type }>, edits: Edits, source: string) => void

const METERS: { readonly [Type in AnyNode['type']]?: Meter<Type> } = {
  WhileStatement: ({ test }, edits) => tickBefore(test, edits),
  DoWhileStatement: ({ test }, edits) => tickBefore(test, edits),
  ForStatement(node, edits) {
    if (node.test) tickBefore(node.test, edits)
    else edits.open((node as ForStatement & { testSlot: number }).testSlot, `${TICK},true`)
  },
  ForInStatement: ({ body }, edits) => tickInLoopBody(body, edits),
  ForOfStatement: ({ body }, edits) => tickInLoopBody(body, edits),
  FunctionDeclaration: meterFunction,
  FunctionExpression: meterFunction,
  ArrowFunctionExpression: meterFunction,
  StaticBlock({ body: [first] }, edits) {
    // It can catch a stack overflow and go on, and it can stand in a parameter, before any tick of its function.
    if (first) edits.open(first.start, `${TICK};`)
  },
  PropertyDefinition: tickInField,
  WithStatement({ start }, _, source) {
    throw problemAt(source, start, "'with' cannot be metered: its object could hide the counter")
  },
  Identifier({ name, start }, _, source) {
    if (name.startsWith(RESERVED)) throw problemAt(source, start, `Names that begin with ${RESERVED} are reserved`)
  },
}

/** Inserts what one node needs, and refuses what cannot be metered. */
export function meterNode(node: AnyNode, edits: Edits, source: string): void {
  const meter = METERS[node.type] as Meter<AnyNode['type']> | undefined
  meter?.(node, edits, source)
}

/** Inserts a text as the first statement of a program or a function, but after the directives, which must stay first. */
export function insertFirst(body: readonly (Statement | ModuleDeclaration)[], start: number, text: string, edits: Edits): Insertion {
  const directives = body.filter((statement) => 'directive' in statement && statement.directive !== undefined)
  const last = directives.at(-1)
  // The directive may have ended without a semicolon.
  return last ? edits.open(last.end, `;${text}`) : edits.open(start, text)
}

/** Makes `expression` spend one operation before it is evaluated. Parentheses around it do no harm. */
function tickBefore(expression: Expression, edits: Edits): void {
  edits.open(expression.start, `(${TICK},(`)
  edits.close(expression.end, '))')
}

function meterFunction({ body, params, async, generator }: Function | ArrowFunctionExpression, edits: Edits): void {
  tickInFunction(body, edits)
  // The parameters of these run when the function is called, and their bodies may never: a generator that nobody asks,
  // an async function whose parameter threw.
  if (async || generator) for (const param of params) tickInPattern(param, edits)
}

function tickInPattern(pattern: Pattern | null, edits: Edits): void {
  switch (pattern?.type) {
    case 'AssignmentPattern':
      tickBeforeValue(pattern.right, edits)
      return tickInPattern(pattern.left, edits)
    case 'ArrayPattern':
      for (const element of pattern.elements) tickInPattern(element, edits)
      return
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') continue
        if (property.computed) tickBefore(property.key, edits)
        tickInPattern(property.value, edits)
      }
      return
    case 'RestElement':
      return tickInPattern(pattern.argument, edits)
    default:
      return
  }
}

function tickInFunction(body: BlockStatement | Expression, edits: Edits): void {
  if (body.type === 'BlockStatement') insertFirst(body.body, body.start + 1, `${TICK};`, edits)
  else tickBefore(body, edits)
}

function tickInLoopBody(body: Statement, edits: Edits): void {
  if (body.type === 'BlockStatement') {
    edits.open(body.start + 1, SILENT_TICK)
    return
  }
  edits.open(body.start, `{${SILENT_TICK}`)
  edits.close(body.end, '}')
}

/**
 * A class without a constructor runs its fields' initial values without entering any function of ours, and
 * `class A { x = d-- > 0 && [new A, new A] }` does so exponentially often. Static ones run once for each time that
 * their class is evaluated, which is counted elsewhere.
 */
function tickInField(field: PropertyDefinition, edits: Edits): void {
  const { value } = field
  if (field.static || !value) return
  tickBeforeValue(value, edits)
}

/**
 * As {@link tickBefore} where a value gets a name. An anonymous function or class gets it, but not behind a comma. To
 * make a function runs nothing; to make a class can.
 */
function tickBeforeValue(value: Expression, edits: Edits): void {
  if (value.type === 'ClassExpression' && !value.id) edits.open(value.body.start + 1, `static{${TICK};}`)
  else if (value.type !== 'ArrowFunctionExpression' && (value.type !== 'FunctionExpression' || value.id)) tickBefore(value, edits)
}
