import { bare, type FunctionNode, type Node, type Of, UNKNOWN } from '../tree/node.js'
import type { Binding, Scope, Write } from '../tree/scope.js'
import { TooIntricate, type Work } from '../work.js'
import { Circles } from './circles.js'
import { functionOf, thisOwner } from './functions.js'
import { callGlobal, callMade } from './global-calls.js'
import { globalNamed, memberOf } from './members.js'
import { callMethod } from './methods.js'
import { binary, unary } from './operators.js'
import { arr, bool, choose, global, MAX_ITEMS, type Maybe, NULL, num, str, textOf, truthOf, UNDEF } from './values.js'

/** What is known where a function of the source is followed into. */
interface Env {
  fn: FunctionNode
  params: ReadonlyMap<Binding, Maybe>
  self: Maybe
}

/** A call, with `.call`, `.apply`, `.bind` and `Reflect.apply` taken out. */
export interface Call {
  callee: Maybe
  args: readonly Maybe[]
  /** `.bind`: nothing is called yet. */
  bound?: boolean
}

export type CallNode = Of<'CallExpression'> | Of<'NewExpression'> | Of<'TaggedTemplateExpression'>

const MAX_DEPTH = 150
/** A variable that is set in more places is not followed. */
const MAX_WRITES = 32
const MAX_INLINED = 5
const NOTHING: Call = { callee: undefined, args: [] }

/**
 * Finds out what expressions come to, as far as that follows from the text alone. Nothing of the guest is run: this is arithmetic on
 * what is known. Each value costs work, and one that costs too much is unknown.
 */
export class Folder {
  readonly #circles = new Circles()
  #depth = 0
  #inlined = 0

  constructor(readonly work: Work) {}

  /** The value of an expression; `undefined` where it is not known. */
  valueOf(node: Node): Maybe {
    return this.#guarded(() => this.#value(node, undefined), undefined)
  }

  /** What a call calls, and with what. */
  callOf(node: CallNode): Call {
    return this.#guarded(() => this.#call(node, undefined), NOTHING)
  }

  #guarded<T>(find: () => T, otherwise: T): T {
    this.work.nextValue()
    this.#circles.reset()
    try {
      return find()
    } catch (error) {
      if (!(error instanceof TooIntricate)) throw error
      this.#depth = 0
      this.#inlined = 0
      return otherwise
    }
  }

  #value(node: Node, env: Env | undefined): Maybe {
    if (node.type === 'Literal') return literal(node)
    this.work.fold()
    const keep = env === undefined
    if (keep && node.folded !== undefined) return node.folded === UNKNOWN ? undefined : node.folded
    const depth = this.#depth
    const circles = this.#circles
    if (depth >= MAX_DEPTH) return circles.cut(-1)
    if (keep && circles.meets(node, depth)) return undefined
    const outer = circles.start()
    this.#depth++
    const value = this.#found(node, env)
    this.#depth--
    const known = circles.end(depth, outer)
    if (keep) {
      circles.leave(node)
      if (known || depth === 0) node.folded = value ?? UNKNOWN
    }
    if (value?.k === 'str') this.work.fold(value.s.length >> 4)
    return value
  }

  #found(node: Node, env: Env | undefined): Maybe {
    switch (node.type) {
      case 'Identifier':
        return this.#identifier(node, env)
      case 'MemberExpression':
        return this.#member(node, env)
      case 'CallExpression':
      case 'NewExpression':
      case 'TaggedTemplateExpression':
        return this.#result(node, env)
      case 'TemplateLiteral':
        return this.#template(node, env)
      case 'BinaryExpression':
        return this.#binary(node, env)
      case 'UnaryExpression':
        return unary(node.operator, this.#value(node.argument, env))
      case 'ArrayExpression':
        return arr(this.#items(node.elements, env))
      case 'ObjectExpression':
        return this.#object(node, env)
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return { k: 'fn', node }
      case 'ClassDeclaration':
      case 'ClassExpression':
        return { k: 'native', name: node.id?.name ?? '', self: undefined }
      case 'LogicalExpression':
        return this.#logical(node, env)
      case 'ConditionalExpression': {
        const truth = truthOf(this.#value(node.test, env))
        if (truth !== undefined) return this.#value(truth ? node.consequent : node.alternate, env)
        return choose([this.#value(node.consequent, env), this.#value(node.alternate, env)])
      }
      case 'AssignmentExpression':
        return node.operator === '=' || node.operator.length === 3 ? this.#value(node.right, env) : undefined
      case 'SequenceExpression':
        return this.#value(node.expressions.at(-1) as Node, env)
      case 'ChainExpression':
      case 'ParenthesizedExpression':
        return this.#value(node.expression, env)
      case 'AwaitExpression':
        return this.#value(node.argument, env)
      case 'ImportExpression':
        return moduleOf(this.#value(node.source, env))
      case 'ThisExpression':
        return this.#this(node, env)
      default:
        return undefined
    }
  }

  #identifier(node: Of<'Identifier'>, env: Env | undefined): Maybe {
    const { name, scope } = node
    if (name === 'undefined') return UNDEF
    let within: Node | undefined
    const binding = scope?.find(name, (object) => {
      within ??= object
    })
    if (within !== undefined) {
      const member = memberOf(this.#value(within, env), str(name))
      if (member !== undefined && member.k !== 'undef') return member
    }
    if (binding === undefined) return name === 'NaN' ? num(Number.NaN) : name === 'Infinity' ? num(Infinity) : globalNamed(name)
    if (env?.params.has(binding)) return this.#param(node, binding, env)
    // What stands outside of the function that is followed does not depend on its parameters.
    const inner = env !== undefined && isInside(binding.scope, env.fn) ? env : undefined
    const same = inner === undefined && !binding.writes.some(({ append }) => append)
    return this.#circles.follow(binding, same, this.#depth, () => this.#variable(node, binding, inner))
  }

  /** A parameter that is set anew at most once: `i = i - 1` at the head of a decoder. */
  #param(node: Node, binding: Binding, env: Env): Maybe {
    const set = binding.writes.find(({ from }) => from !== undefined)
    if (set?.from === undefined || node.start <= set.from.end || set.append) return env.params.get(binding)
    return this.#value(set.from, env)
  }

  #variable(use: Node, binding: Binding, env: Env | undefined): Maybe {
    const { writes } = binding
    if (writes.length === 0 || writes.length > MAX_WRITES || binding.shuffled) return undefined
    const [only] = writes
    if (writes.length === 1 && only && !only.append) return this.#written(only, env)
    if (!writes.some(({ append }) => append)) return choose(writes.map((write) => this.#written(write, env)))
    if (writes.some(({ unordered }) => unordered)) return undefined
    const sameFunction = use.scope?.owner === binding.scope.owner
    let value: Maybe
    for (const write of writes) {
      if (sameFunction && write.at >= use.start) break
      const part = this.#written(write, env)
      value = write.append ? binary('+', value, part) : part
    }
    return value
  }

  #written({ from, path, module }: Write, env: Env | undefined): Maybe {
    if (module !== undefined) return { k: 'module', name: module, path: path?.join('.') ?? '' }
    if (from === undefined) return undefined
    let value = this.#value(from, env)
    for (const key of path ?? []) value = key === '*' ? anyOf(value) : memberOf(value, str(key))
    return value
  }

  #member(node: Of<'MemberExpression'>, env: Env | undefined): Maybe {
    const { object, property } = node
    if (object.type === 'Super' || property.type === 'PrivateIdentifier') return undefined
    const key = node.computed ? this.#value(property, env) : str((property as Of<'Identifier'>).name)
    const found = memberOf(this.#value(object, env), key)
    const holder = bare(object)
    if (holder.type !== 'Identifier' || key?.k !== 'str') return found
    const set = holder.scope?.find(holder.name)?.props?.get(key.s)
    return set === undefined ? found : choose([this.#value(set, env), found])
  }

  #template(node: Of<'TemplateLiteral'>, env: Env | undefined): Maybe {
    let value: Maybe = str(node.quasis[0]?.value.cooked ?? '')
    node.expressions.forEach((expression, i) => {
      const part = value && this.#value(expression, env)
      const text = part?.k === 'num' ? String(part.n) : textOf(part?.k === 'choice' ? part.of[0] : part)
      value = text === undefined ? undefined : binary('+', binary('+', value, str(text)), str(node.quasis[i + 1]?.value.cooked ?? ''))
    })
    return value
  }

  /** A chain of additions leans to the left, as deep as it is long: it is gone through and not down. */
  #binary(node: Of<'BinaryExpression'>, env: Env | undefined): Maybe {
    if (node.operator !== '+') {
      if (node.left.type === 'PrivateIdentifier') return undefined
      return binary(node.operator, this.#value(node.left, env), this.#value(node.right, env))
    }
    const rights: Node[] = []
    let left: Node = node
    for (left = node; left.type === 'BinaryExpression' && left.operator === '+'; left = left.left as Node) {
      if (left !== node && env === undefined && left.folded !== undefined) break
      rights.push(left.right)
    }
    let value = this.#value(left, env)
    for (let i = rights.length - 1; i >= 0 && value !== undefined; i--) value = binary('+', value, this.#value(rights[i] as Node, env))
    return value
  }

  #logical(node: Of<'LogicalExpression'>, env: Env | undefined): Maybe {
    const left = this.#value(node.left, env)
    if (node.operator === '&&') return truthOf(left) === false ? left : this.#value(node.right, env)
    if (node.operator === '||' && truthOf(left) === true) return left
    return choose([left, this.#value(node.right, env)])
  }

  #items(nodes: readonly (Node | null)[], env: Env | undefined): Maybe[] {
    const items: Maybe[] = []
    for (const node of nodes) {
      if (items.length >= MAX_ITEMS) break
      if (node === null) items.push(UNDEF)
      else if (node.type !== 'SpreadElement') items.push(this.#value(node, env))
      else {
        const spread = this.#value(node.argument, env)
        if (spread?.k === 'arr') items.push(...spread.items.slice(0, MAX_ITEMS - items.length))
        else if (spread?.k === 'str') items.push(...Array.from(spread.s, str).slice(0, MAX_ITEMS - items.length))
        else items.push(undefined)
      }
    }
    this.work.fold(items.length)
    return items
  }

  #object({ properties }: Of<'ObjectExpression'>, env: Env | undefined): Maybe {
    const props = new Map<string, Maybe>()
    for (const property of properties) {
      if (property.type !== 'Property' || property.kind !== 'init') continue
      const { key } = property
      const name = property.computed ? textOf(this.#value(key, env)) : key.type === 'Identifier' ? key.name : textOf(this.#value(key, env))
      if (name !== undefined && props.size < MAX_ITEMS) props.set(name, this.#value(property.value, env))
    }
    return { k: 'obj', props }
  }

  #this(node: Node, env: Env | undefined): Maybe {
    const owner = thisOwner(node)
    if (owner === 'top') return global('')
    if (owner === undefined) return undefined
    if (env?.fn === owner) return env.self
    // `(function () { … })()` and `(function () { … }).call(this)`.
    let outer = owner as Node
    while (outer.up?.type === 'ParenthesizedExpression') outer = outer.up
    const { up } = outer
    if (up?.type === 'CallExpression' && up.callee === outer) return global('')
    if (up?.type !== 'MemberExpression' || up.object !== outer || up.up?.type !== 'CallExpression' || up.up.callee !== up) return undefined
    const [given] = up.up.arguments
    return given === undefined ? global('') : this.#value(given as Node, env)
  }

  #call(node: CallNode, env: Env | undefined): Call {
    const target = bare((node.type === 'TaggedTemplateExpression' ? node.tag : node.callee) as Node)
    if (target.type === 'Super') return NOTHING
    const args: Maybe[] =
      node.type === 'TaggedTemplateExpression'
        ? [arr(node.quasi.quasis.map(({ value }) => str(value.cooked ?? ''))), ...this.#items(node.quasi.expressions, env)]
        : this.#items(node.arguments as Node[], env)
    if (target.type === 'MemberExpression' && target.object.type !== 'Super') {
      const { property } = target
      const how = target.computed ? textOf(this.#value(property as Node, env)) : (property as { name?: string }).name
      if (how === 'call' || how === 'apply' || how === 'bind') {
        const callee = this.#value(target.object, env)
        if (how === 'apply') return { callee, args: args[1]?.k === 'arr' ? args[1].items : [] }
        return { callee, args: args.slice(1), ...(how === 'bind' && { bound: true }) }
      }
    }
    const callee = this.#value(target, env)
    if (callee?.k === 'global' && (callee.path === 'Reflect.apply' || callee.path === 'Reflect.construct')) {
      const list = args[callee.path === 'Reflect.apply' ? 2 : 1]
      return { callee: args[0], args: list?.k === 'arr' ? list.items : [] }
    }
    return { callee, args }
  }

  #result(node: CallNode, env: Env | undefined): Maybe {
    const { callee, args, bound } = this.#call(node, env)
    return bound ? callee : this.#outcome(callee, args)
  }

  #outcome(callee: Maybe, args: readonly Maybe[]): Maybe {
    switch (callee?.k) {
      case 'choice':
        return choose(callee.of.map((each) => this.#outcome(each, args)))
      case 'native':
        return this.#method(callee.self, callee.name, args)
      case 'maker':
        return { k: 'made', text: textOf(args.at(-1)) }
      case 'made':
        return callMade(callee.text)
      case 'fn':
        return this.#inline(callee.node, args)
      case 'module':
        return callee.name === 'module' && callee.path.endsWith('createRequire') ? global('require') : undefined
      case 'global': {
        const { path } = callee
        if (path === 'Function') return { k: 'made', text: textOf(args.at(-1)) }
        if (path === 'eval') return callMade(`return ${textOf(args[0])}`)
        if (path === 'require' || path.endsWith('.require')) return moduleOf(args[0])
        this.work.fold(args.reduce((sum, arg) => sum + costOf(arg), 0))
        return callGlobal(path, args)
      }
      default:
        return undefined
    }
  }

  /** A method of a constant; those of arrays that call a function for each item too. */
  #method(self: Maybe, name: string, args: readonly Maybe[]): Maybe {
    const [fn, start] = args
    this.work.fold(costOf(self))
    if (self?.k === 'arr' && (fn?.k === 'fn' || fn?.k === 'global')) {
      const { items } = self
      if (name === 'map') return arr(items.map((item, i) => this.#outcome(fn, fn.k === 'fn' ? [item, num(i)] : [item])))
      if (name === 'reduce') {
        const [first, rest] = args.length > 1 ? [start, items] : [items[0], items.slice(1)]
        return rest.reduce((sum, item) => sum && this.#outcome(fn, [sum, item]), first)
      }
    }
    const value = callMethod(self, name, args)
    this.work.fold(costOf(value))
    return value
  }

  /** What a function of the source gives back for these arguments. */
  #inline(fn: FunctionNode, args: readonly Maybe[]): Maybe {
    if (this.#inlined >= MAX_INLINED) return this.#circles.cut(-1)
    const { returned, params } = functionOf(fn)
    if (returned === undefined) return undefined
    const known = new Map<Binding, Maybe>()
    params.forEach((binding, i) => binding && known.set(binding, args[i]))
    this.#inlined++
    const value = this.#value(returned, { fn, params: known, self: global('') })
    this.#inlined--
    return value
  }
}

/** What it takes to go through a value once. */
function costOf(value: Maybe): number {
  return value?.k === 'arr' ? value.items.length : value?.k === 'str' ? value.s.length >> 4 : 0
}

function literal(node: Of<'Literal'>): Maybe {
  const { value } = node
  if ('regex' in node && node.regex) return { k: 'regexp', source: node.regex.pattern, flags: node.regex.flags }
  if (typeof value === 'string') return str(value)
  if (typeof value === 'number') return num(value)
  if (typeof value === 'boolean') return bool(value)
  return value === null ? NULL : undefined
}

function moduleOf(name: Maybe): Maybe {
  const text = textOf(name?.k === 'choice' ? name.of[0] : name)
  return text === undefined ? undefined : { k: 'module', name: text.replace(/^node:/, ''), path: '' }
}

function anyOf(value: Maybe): Maybe {
  return value?.k === 'arr' ? choose(value.items.slice(0, 100)) : undefined
}

function isInside(scope: Scope, fn: FunctionNode): boolean {
  for (let each: Scope | undefined = scope; each !== undefined; each = each.parent) if (each.owner === fn) return true
  return false
}
