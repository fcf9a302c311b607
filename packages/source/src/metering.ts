import { Edits } from './edits.js'
import { parse, type SourceForm } from './parse.js'
import { insertFirst, LEFT, meterNode } from './ticks.js'
import { walk } from './walk.js'

export type { SourceForm } from './parse.js'
export { SourceError } from './problem.js'
export type { SourceProblem } from './problem.js'

export interface MeterOptions {
  /**
   * How the result will be compiled: as a `script` (indirect eval, `vm.Script`), as the `body` of an async function,
   * or as a `module`. Compile it in no other way: the same text can mean something else there.
   */
  form: SourceForm
  /**
   * How many operations may be spent: a whole number from 0 to 2^53 - 1. One more calls `__beddel_spent()`. V8 counts
   * about twice as fast below 2^31.
   */
  budget: number
  /**
   * The name of a global function. Before anything of the source runs it is called with a function that tells how many
   * operations are left; fewer than none where the budget was exceeded. Absent: nothing is called.
   */
  tell?: string
}

export interface Metered {
  /** The source with its counting. It has the same lines. */
  code: string
  /**
   * How many characters the counter's declaration takes on line 1, before the first statement there or after the
   * directives; 0 if it stands on another line. Counting later on a line shifts that line's columns too, which is
   * not in this number.
   */
  columnShift: number
}

/**
 * Makes a source count its operations. One operation is: a test of a `while`, `do` or `for` loop, a turn of a `for-in`
 * or `for-of` loop, an entry into the body of a function, a static block, an instance field's initial value. When the
 * budget is used up the code calls the global function `__beddel_spent()`, and again at every further operation: it
 * should end the run, since a guest can catch what it throws. Completion values and lines stay the same; `toString()`
 * of a function shows the counting. The result can be 10 times as long as a hostile source.
 *
 * What built-ins do (`fill`, `sort`, a regular expression, a spread) costs nothing, and neither does code that is
 * made from strings: code generation must be off. `__beddel_spent` must be read-only on the global object. Each source
 * has its own counter. Two scripts with one cannot share a global scope through `vm.Script`; through indirect eval
 * they can.
 *
 * @throws {SourceError} for what cannot be parsed, for what is nested too deeply, for `with` (it could hide the
 * counter), and for a name that begins with `__beddel_`. Names declared twice and wrong regular expressions are left
 * to the engine that compiles the result.
 * @throws {RangeError} for a budget that is no such number.
 */
export function meter(source: string, options: MeterOptions): Metered {
  const { form, budget, tell } = options
  if (!Number.isSafeInteger(budget) || budget < 0) {
    throw new RangeError(`budget must be a whole number from 0 to 2^53 - 1, not ${String(budget)}`)
  }
  const program = parse(source, form)
  const first = program.body[0]
  // Nothing but comments: nothing runs.
  if (!first) return { code: source, columnShift: 0 }
  const edits = new Edits()
  // At the first statement, not at the start: a `-->` comment is one only at the beginning of its line.
  const declared = insertFirst(program.body, first.start, counter(budget, tell), edits)
  walk(program, (node) => meterNode(node, edits, source))
  const onLine1 = !/[\n\r\u2028\u2029]/.test(source.slice(0, declared.at))
  return { code: edits.apply(source), columnShift: onLine1 ? declared.text.length : 0 }
}

/** A declaration, and only that: an expression statement would have a completion value. */
const counter = (budget: number, tell: string | undefined): string =>
  `let ${LEFT}=${budget}${tell === undefined ? '' : `,${LEFT}_told=${tell}(()=>${LEFT})`};`
