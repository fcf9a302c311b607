import type { Work } from '../work.js'
import type { FunctionNode, Node } from './node.js'

/** Something that gives a variable its value. */
export interface Write {
  /** The expression; absent where the value cannot be told (a loop's variable, `i++`). */
  from?: Node
  /** Which part of the expression's value: the keys of a destructuring pattern. */
  path?: readonly string[]
  /** `+=` */
  append?: boolean
  /** Where it stands. */
  at: number
  /** A module that an `import` declaration names; then `path` is the name of its export. */
  module?: string
  /** Inside a loop or a function of its own: it may happen at any time. */
  unordered?: boolean
}

export class Binding {
  readonly writes: Write[] = []
  /** Own properties that were set one by one: `o.key = value`. */
  props: Map<string, Node> | undefined
  /** A list whose items are moved around: which one stands where is not known. */
  shuffled = false

  constructor(
    readonly name: string,
    readonly kind: 'var' | 'lexical' | 'param' | 'function' | 'import' | 'catch',
    readonly scope: Scope,
  ) {}
}

export type ScopeKind = 'program' | 'function' | 'block' | 'with'

export class Scope {
  readonly names = new Map<string, Binding>()
  /** How many scopes it stands in. */
  readonly depth: number
  /** The scope in which a `var` ends up. */
  readonly hoisted: Scope
  /** What was found from here before. */
  #found: Map<string, Binding | null> | undefined
  readonly #inWith: boolean
  readonly #work: Work

  constructor(
    readonly kind: ScopeKind,
    readonly parent: Scope | undefined,
    /** The function that it belongs to; `undefined` at the top. */
    readonly owner: FunctionNode | undefined,
    /** In a loop of that function: what stands here may happen more than once. */
    readonly inLoop = false,
    /** The object of a `with`. */
    readonly object?: Node,
    work?: Work,
  ) {
    this.depth = parent === undefined ? 0 : parent.depth + 1
    this.hoisted = kind === 'program' || kind === 'function' || parent === undefined ? this : parent.hoisted
    this.#inWith = kind === 'with' || (parent !== undefined && parent.#inWith)
    this.#work = work ?? (parent as Scope).#work
  }

  /** A scope inside this one; in the same function, where no other is named. */
  inner(
    kind: ScopeKind,
    { owner = this.owner, inLoop = this.inLoop, object }: { owner?: FunctionNode; inLoop?: boolean; object?: Node } = {},
  ): Scope {
    return new Scope(kind, this, owner, inLoop, object)
  }

  declare(name: string, kind: Binding['kind']): Binding {
    const target = kind === 'var' ? this.hoisted : this
    let binding = target.names.get(name)
    if (binding === undefined) {
      binding = new Binding(name, kind, target)
      target.names.set(name, binding)
    }
    return binding
  }

  /** The variable of a name; `undefined` where it is a global. `within`: called for each `with` on the way. */
  find(name: string, within?: (object: Node) => void): Binding | undefined {
    const found = this.declared(name, within)
    // `var process` at the top of a script declares nothing new: the global keeps its value.
    return found?.kind === 'var' && found.scope.kind === 'program' && found.writes.length === 0 ? undefined : found
  }

  /** As {@link find}, and also what a `var` names that may be a global all the same. */
  declared(name: string, within?: (object: Node) => void): Binding | undefined {
    const known = this.#found?.get(name)
    if (known !== undefined) return known ?? undefined
    this.#work.step(this.depth >> 3)
    let binding = this.#own(name, within)
    for (let scope = this.parent; scope !== undefined && binding === undefined; scope = scope.parent) binding = scope.#own(name, within)
    if (this.depth > 8 && !this.#inWith) (this.#found ??= new Map()).set(name, binding ?? null)
    return binding
  }

  #own(name: string, within?: (object: Node) => void): Binding | undefined {
    if (this.kind === 'with') within?.(this.object as Node)
    return this.names.get(name)
  }
}
