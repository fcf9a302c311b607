import { type Options, Parser, tokTypes, type TokenType } from 'acorn'

/** What a plugin of acorn may call and replace, and what its types leave out. */
interface Internals {
  pos: number
  start: number
  end: number
  type: TokenType
  value: unknown
  yieldPos: number
  readonly inModule: boolean
  readonly allowNewDotTarget: boolean
  next(): void
  eat(type: TokenType): boolean
  startNode(): object
  finishNode(node: object, type: string): object
  finishOp(type: TokenType, size: number): void
  tryReadTemplateToken(): void
  readRegexp(): void
  canInsertSemicolon(): boolean
  parseMaybeAssign(forInit: unknown): object
  parseExprAtom(errors: unknown, forInit: unknown, forNew: unknown): object
  parseFor(node: object, init: object | null): object
}
type PluginBase = { new (options: Options, input: string): Parser & Internals; parse: typeof Parser.parse }
const { slash, assign, braceL, braceR, dollarBraceL, backQuote, star, semi } = tokTypes

/** How acorn is told to read on: as code, or as the text of a template literal. */
const inBraces = {}
const inTemplate = { preserveSpace: true, override: (parser: Internals) => parser.tryReadTemplateToken() }

/**
 * acorn, with its guesses taken out.
 *
 * acorn's tokenizer guesses from the tokens before it whether a `/` divides or begins a regular expression. After
 * `a?.return` or a variable named `of` it guesses wrong, and then reads as one literal what the engine runs as code:
 * a guest could hide a loop from the metering there. Here the grammar decides: a `/` is a division until the parser
 * wants an operand.
 */
export class GuestParser extends (Parser as unknown as PluginBase) {
  readToken_slash(): void {
    if (this.input.charCodeAt(this.pos + 1) === 61) this.finishOp(assign, 2)
    else this.finishOp(slash, 1)
  }

  override parseExprAtom(errors: unknown, forInit: unknown, forNew: unknown): object {
    this.#regexpInsteadOfOperator()
    return super.parseExprAtom(errors, forInit, forNew)
  }

  /** As in acorn, but for the regular expression: acorn asks whether the token begins an expression. */
  parseYield(forInit: unknown): object {
    this.yieldPos ||= this.start
    const node = this.startNode()
    this.next()
    if (!this.canInsertSemicolon()) this.#regexpInsteadOfOperator()
    const bare = this.type === semi || this.canInsertSemicolon() || (this.type !== star && !startsExpression(this.type))
    const delegate = !bare && this.eat(star)
    const argument = bare ? null : this.parseMaybeAssign(forInit)
    return this.finishNode(Object.assign(node, { delegate, argument }), 'YieldExpression')
  }

  #regexpInsteadOfOperator(): void {
    if (this.type !== slash && !(this.type === assign && this.value === '/=')) return
    this.pos = this.start + 1
    this.readRegexp()
  }

  /**
   * What is open around the current token. Only what a template literal needs, to know which `}` ends its `${`. Every
   * brace counts, so it cannot be fooled. Not acorn's own `context`: it pops that where a keyword is a property name.
   */
  readonly #open: object[] = [inBraces]

  curContext(): object | undefined {
    return this.#open.at(-1)
  }

  updateContext(): void {
    const { type } = this
    const text = this.curContext() === inTemplate
    if (type === braceL || type === dollarBraceL) this.#open.push(inBraces)
    else if (type === backQuote && !text) this.#open.push(inTemplate)
    else if (type === backQuote || (type === braceR && this.#open.length > 1)) this.#open.pop()
  }

  /** Called at the first `;` of a `for`: the one moment at which the place of an empty test is known. */
  override parseFor(node: object, init: object | null): object {
    return super.parseFor(Object.assign(node, { testSlot: this.end }), init)
  }

  /** What is no script may be a body, which is a function. */
  override get allowNewDotTarget(): boolean {
    return !this.inModule || super.allowNewDotTarget
  }

  // The engine that compiles the result looks for the errors that these find, and none of them changes how a source
  // is read. Here each takes time quadratic in the source: 1 MB of declarations held the parser for many seconds.
  declareName(): void {}
  checkLocalExport(): void {}
  validateRegExpPattern(): void {}
}

function startsExpression(type: TokenType): boolean {
  return (type as TokenType & { startsExpr: boolean }).startsExpr
}
