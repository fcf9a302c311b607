import { compileFunction, Script } from 'node:vm'
import type { OriginalVm2 } from '@beddel/executor-vm2-legacy'
import { type Compiler, type CompilerOption, languageOf } from './options.js'
import { loadOriginals } from './originals.js'

type OriginalScript = InstanceType<OriginalVm2['VMScript']>

export interface VMScriptOptions {
  /** Default `vm.js`. */
  filename?: string
  lineOffset?: number
  columnOffset?: number
  compiler?: CompilerOption
  compilerOptions?: Record<string, unknown>
}

const MODULE_PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname']

/** A source that is compiled once and can be run many times, in any VM of any engine. */
export class VMScript {
  readonly filename: string
  readonly lineOffset: number
  readonly columnOffset: number
  readonly compiler: CompilerOption
  readonly compilerOptions: Record<string, unknown> | undefined
  #code: string
  #prefix = ''
  #suffix = ''
  #compiler: Compiler | undefined
  #compiled: string | undefined
  #checked = false
  #original: OriginalScript | undefined

  constructor(code: string, path?: string | VMScriptOptions, more?: VMScriptOptions) {
    const options = (typeof path === 'object' ? path : more) ?? {}
    this.#code = `${code}`
    this.filename = (typeof path === 'string' ? path : options.filename) || 'vm.js'
    this.lineOffset = options.lineOffset ?? 0
    this.columnOffset = options.columnOffset ?? 0
    this.compiler = options.compiler ?? 'javascript'
    this.compilerOptions = options.compilerOptions
    // CoffeeScript is vm2's to compile; on another engine it is refused when the script is run.
    if (!/^(text\/)?(coffee-?script|cs)$/.test(String(this.compiler))) this.#compiler = languageOf(this.compiler)
  }

  get code(): string {
    return this.#prefix + this.#code + this.#suffix
  }

  set code(code: string) {
    this.#code = String(code)
    this.wrap('', '')
  }

  /** @deprecated */
  wrap(prefix: string, suffix: string): this {
    this.#prefix = `${prefix}`
    this.#suffix = `${suffix}`
    this.#compiled = undefined
    this.#original = undefined
    this.#checked = false
    return this
  }

  /** Compiles the code, once. Throws the SyntaxError that is in it; one in TypeScript shows when the script is run. */
  compile(): this {
    const { source, language } = this.compiledSource()
    if (language === 'ts' || this.#checked) return this
    const { filename, lineOffset, columnOffset } = this
    new Script(source, { filename, lineOffset, columnOffset })
    this.#checked = true
    return this
  }

  /** What is run: the compiler is called for the first time only. */
  compiledSource(): { source: string; language: Compiler['language'] } {
    const compiler = (this.#compiler ??= languageOf(this.compiler))
    this.#compiled ??= withoutShebang(compiler.compile === undefined ? this.code : compiler.compile(this.code, this.filename))
    return { source: this.#compiled, language: compiler.language }
  }

  /** The same script for vm2 itself. */
  original(): OriginalScript {
    if (this.#original === undefined) {
      const { filename, lineOffset, columnOffset, compiler, compilerOptions } = this
      const { VMScript: Original } = loadOriginals()
      this.#original = new Original(this.#code, { filename, lineOffset, columnOffset, compiler, compilerOptions })
      if (this.#prefix !== '' || this.#suffix !== '') this.#original.wrap(this.#prefix, this.#suffix)
    }
    return this.#original
  }
}

export const withoutShebang = (code: string): string => (code.startsWith('#!') ? `//${code.slice(2)}` : code)

/** The source as vm2's NodeVM wraps it. Throws where the source is none that can stand in a function. */
export function moduleSource(source: string, filename: string, strict: boolean, language: Compiler['language']): string {
  const code = `${strict ? '"use strict"; ' : ''}${source}`
  // A source that closes the wrapper would run outside of it.
  if (language === 'js') compileFunction(code, MODULE_PARAMETERS, { filename })
  return `(function (${MODULE_PARAMETERS.join(', ')}) { ${code}\n});`
}
