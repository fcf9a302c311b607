import type { Node } from '../tree/node.js'
import type { Binding } from '../tree/scope.js'
import type { Maybe } from './values.js'

/** How often a variable's value may be asked for by what it is made of. */
const MAX_ROUNDS = 2
/** Deeper than everything. */
const NOTHING = Number.POSITIVE_INFINITY

/**
 * What goes round in a circle while values are found out (`s = s + t; t = s`): expressions and variables that need themselves. Gone
 * through in every order of their uses, a handful of variables would take all the work there is. So it is written down how far out the
 * things lie that a value was cut short for: a value that depends on nothing further out is known for good, and what is made of it need not
 * be found out again.
 */
export class Circles {
  /** Expressions that are being found out, and how deep. */
  readonly #underWay = new Map<Node, number>()
  /** Variables that are being found out: how often within themselves, and how deep the first time. */
  readonly #rounds = new Map<Binding, { times: number; depth: number }>()
  /** What variables come to that depend on nothing that is being found out. */
  readonly #settled = new Map<Binding, Maybe>()
  /** What is known of variables while what they depend on is being found out. */
  readonly #partly = new Map<Binding, { value: Maybe; lowest: number }>()
  /** How far out the things lie that something was cut short for since the last {@link start}. */
  #lowest = NOTHING

  /** Nothing is being found out any more. */
  reset(): void {
    this.#lowest = NOTHING
    this.#partly.clear()
    this.#underWay.clear()
    this.#rounds.clear()
  }

  /** Something is not followed, since it is being found out so deep; -1: it is given up. */
  cut(depth: number): undefined {
    this.#lowest = Math.min(this.#lowest, depth)
  }

  /** Whether an expression needs itself; if not, it is being found out from here to {@link leave}. */
  meets(node: Node, depth: number): boolean {
    const around = this.#underWay.get(node)
    if (around === undefined) this.#underWay.set(node, depth)
    else this.cut(around)
    return around !== undefined
  }

  leave(node: Node): void {
    this.#underWay.delete(node)
  }

  /** Begins with something new; the answer is for {@link end}. */
  start(): number {
    const outer = this.#lowest
    this.#lowest = NOTHING
    return outer
  }

  /** Whether what was found so deep depends on nothing further out. */
  end(depth: number, outer: number): boolean {
    const known = this.#lowest >= depth
    this.#lowest = known ? outer : Math.min(outer, this.#lowest)
    return known
  }

  /** Finds out a variable once, and once more within itself. `same`: its value is the same wherever it is used. */
  follow(binding: Binding, same: boolean, depth: number, find: () => Maybe): Maybe {
    if (same && this.#settled.has(binding)) return this.#settled.get(binding)
    const around = this.#rounds.get(binding)
    if (around !== undefined && around.times >= MAX_ROUNDS) return this.cut(around.depth)
    const partly = same ? this.#partly.get(binding) : undefined
    if (partly !== undefined) {
      this.cut(partly.lowest)
      return partly.value
    }
    const outer = this.start()
    this.#rounds.set(binding, { times: (around?.times ?? 0) + 1, depth: around?.depth ?? depth })
    const value = find()
    if (around === undefined) this.#rounds.delete(binding)
    else this.#rounds.set(binding, around)
    const lowest = this.#lowest
    const known = this.end(depth, outer)
    if (known) this.#forget(depth)
    if (same && known) this.#settled.set(binding, value)
    else if (same) this.#partly.set(binding, { value, lowest })
    return value
  }

  /** What depends on something so deep can be found out better now. */
  #forget(depth: number): void {
    for (const [binding, { lowest }] of this.#partly) if (lowest >= depth) this.#partly.delete(binding)
  }
}
