import type { Node } from '@oxc-project/types'
import type MagicString from 'magic-string'
import { awaiting } from './awaiting.js'
import { readBefore } from './read-before.js'
import { type FunctionNode, functionAround, isFunction, placeName, type Source } from './source.js'

type Call = Extract<Node, { type: 'CallExpression' }>

/** Makes the functions around an `await` asynchronous, with all who call them, as far as every caller is known. */
export class AsyncCallers {
  readonly #functions = new Set<FunctionNode>()
  readonly #calls = new Set<Call>()

  constructor(readonly source: Source) {}

  /** Takes an expression that is to be awaited, whose VM is `made` there; answers why it cannot be. Nothing of a refused one is kept. */
  admit(node: Node, made: Node): string | undefined {
    const functions = new Set<FunctionNode>()
    const calls = new Set<Call>()
    const problem = this.#around(node, functions, calls, made)
    if (problem !== undefined) return problem
    for (const fn of functions) this.#functions.add(fn)
    for (const call of calls) this.#calls.add(call)
    return undefined
  }

  /** Writes `async` and `await`, and says what was changed. */
  apply(text: MagicString): string[] {
    const said: string[] = []
    for (const fn of this.#functions) {
      text.appendLeft(fn.start, 'async ')
      const given = fn.returnType?.typeAnnotation
      if (given !== undefined && !isPromise(given)) text.appendLeft(given.start, 'Promise<').appendRight(given.end, '>')
      const line = this.source.lineOf(fn.start)
      said.push(`${line}: ${placeName(this.source, fn) ?? 'a function'} is async now`)
    }
    for (const call of this.#calls) {
      const [before, behind] = awaiting(this.source, call)
      text.appendLeft(call.start, before).appendRight(call.end, behind)
      said.push(`${this.source.lineOf(call.start)}: its call is awaited`)
    }
    return said
  }

  #around(node: Node, functions: Set<FunctionNode>, calls: Set<Call>, made?: Node): string | undefined {
    const { source } = this
    const where = this.#placeProblem(node) ?? readBefore(source, node, made)
    if (where !== undefined) return where
    const fn = functionAround(source, node)
    if (fn === undefined) return this.#topProblem()
    if (fn.async || functions.has(fn) || this.#functions.has(fn)) return undefined
    if (fn.generator) return 'it is in a generator'
    const typed = this.#typeProblem(fn)
    if (typed !== undefined) return typed
    functions.add(fn)
    const name = this.#nameOf(fn)
    if (typeof name === 'string') return name
    for (const reference of source.referencesTo(name.start)) {
      const call = source.parentOf(reference)
      const title = placeName(source, fn) ?? 'the function around it'
      if (call?.type !== 'CallExpression' || call.callee !== reference) {
        return `${title} is used at line ${source.lineOf(reference.start)} other than by a call, so not all of its callers are known`
      }
      if (source.parentOf(call)?.type !== 'AwaitExpression') calls.add(call)
      const problem = this.#around(call, functions, calls)
      if (problem !== undefined) return `${title} is called at line ${source.lineOf(call.start)}, and there: ${problem}`
    }
    return undefined
  }

  #topProblem(): string | undefined {
    const { file, isModule } = this.source
    if (!isModule) return 'it is at the top of a CommonJS file, where nothing can be awaited'
    return /\.tsx?$/.test(file) ? 'it is at the top of a TypeScript file, which may be compiled to CommonJS' : undefined
  }

  /** Types that say more than what the function gives. */
  #typeProblem(fn: FunctionNode): string | undefined {
    const { source } = this
    if (fn.returnType?.typeAnnotation.type === 'TSTypePredicate') return 'it is in a function that tells types apart'
    const parent = source.parentOf(fn)
    if (parent?.type === 'VariableDeclarator' && parent.id.typeAnnotation) return 'it is in a function whose type is written apart'
    const { id } = fn
    if (id && source.nodes.some((node) => node.type === 'TSDeclareFunction' && node.id?.name === id.name))
      return 'it is in a function with overloads'
    if (fn.type === 'FunctionExpression' && id && source.referencesTo(id.start).length > 0) return 'it is in a function that names itself'
    return undefined
  }

  /** The binding by which a function is called, or why that is not known. */
  #nameOf(fn: FunctionNode): Node | string {
    const { source } = this
    const parent = source.parentOf(fn)
    if (fn.type === 'FunctionDeclaration' && fn.id) {
      if (parent?.type === 'ExportNamedDeclaration' || parent?.type === 'ExportDefaultDeclaration') return exported(fn.id.name)
      return this.#notExported(fn.id)
    }
    if (parent?.type === 'VariableDeclarator' && parent.init === fn && parent.id.type === 'Identifier') {
      const declaration = source.parentOf(parent)
      if (declaration?.type === 'VariableDeclaration' && declaration.kind !== 'const')
        return `${parent.id.name} can be given another function`
      if (declaration !== undefined && source.parentOf(declaration)?.type === 'ExportNamedDeclaration') return exported(parent.id.name)
      return this.#notExported(parent.id)
    }
    const what = parent?.type === 'MethodDefinition' || parent?.type === 'Property' ? 'a method' : 'a function without a name of its own'
    return `it is in ${what}, whose callers are not known`
  }

  #notExported(id: Node & { name: string }): Node | string {
    const handed = this.source.referencesTo(id.start).some((one) => this.source.parentOf(one)?.type === 'ExportSpecifier')
    return handed ? exported(id.name) : id
  }

  /** Places where `await` may not stand, whatever the function around is made. */
  #placeProblem(node: Node): string | undefined {
    const { source } = this
    let inner = node
    for (let at = source.parentOf(node); at !== undefined; at = source.parentOf(at)) {
      if (at.type === 'StaticBlock' || at.type === 'PropertyDefinition') return 'it is in the initialisation of a class'
      if (isFunction(at)) return (at.params as readonly Node[]).includes(inner) ? 'it is a parameter’s default' : undefined
      inner = at
    }
    return undefined
  }
}

const isPromise = (type: Node): boolean =>
  type.type === 'TSTypeReference' && type.typeName.type === 'Identifier' && /^Promise(?:Like)?$/.test(type.typeName.name)

const exported = (name: string): string => `${name} is exported: its callers in other files would get a promise`
