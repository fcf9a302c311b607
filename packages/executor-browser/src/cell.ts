import {
  ASK,
  BODY_PREFIX,
  BODY_SUFFIX,
  type Cell,
  CellFault,
  type CompiledForm,
  type ParseProblem,
  type Post,
  type SourceTools,
  TELL,
  withUrl,
} from '@beddel/core/engine'
import { FrameBudget, type PageWorker } from '@beddel/page-host'
import type { sessionScript } from '@beddel/source'
import { checkFrame } from './check-frame.js'
import type { CellCompiler } from './compilers.js'
import { MODULE_BODY_SHIFT } from './generated/module-shift.js'
import { ANSWER, BROKEN, FENCE, READY, RUN_BODY } from './wire.js'

type Answer = string | number | undefined
interface Waiting {
  resolve(answer: Answer): void
  reject(fault: CellFault): void
}
type Module = { code: string; wants?: string; problem?: undefined } | { problem: ParseProblem }

/** Words that declare what a session keeps and an evaluation does not. */
const DECLARES = /\b(?:let|const|class)\b/

/** A guest's worker as its page has it. What the worker says is believed only as far as it makes sense. */
export class PageCell implements Cell {
  deadline = 0
  readonly bodyShift = BODY_PREFIX.length
  readonly moduleShift = BODY_PREFIX.length + MODULE_BODY_SHIFT
  post: Post = () => undefined
  broke: ((fault: CellFault) => void) | undefined
  readonly #answers: Waiting[] = []
  readonly #budget = new FrameBudget()
  /** Names that the session's earlier scripts have declared with `let`, `const` and `class`. */
  readonly #lexical = new Set<string>()
  #ready = false
  #lastCall = 0
  #over: CellFault | undefined

  constructor(
    readonly worker: PageWorker,
    readonly compiler: CellCompiler,
  ) {
    worker.listen(
      (data) => this.#told(data),
      (why) => this.#break(new CellFault('crash', why)),
    )
  }

  readonly dispatch = (op: number, a?: unknown, b?: string | number, c?: string): Promise<Answer> =>
    // In a compiler, which no guest has changed.
    op === ASK.PARSE_BODY ? (this.compiler.do('compiler', 'body', a as string) as Promise<Answer>) : this.#ask([op, a, b, c])

  async parse(form: CompiledForm, source: string): Promise<ParseProblem | undefined> {
    if (form === 'script') return this.#problem(source, 0)
    if (form === 'body') return this.#problem(BODY_PREFIX + source + BODY_SUFFIX, this.bodyShift)
    const module = await this.#module(source)
    if (module.problem !== undefined) return module.problem
    return module.wants === undefined ? this.#problem(BODY_PREFIX + module.code + BODY_SUFFIX, this.moduleShift) : undefined
  }

  async execute(form: CompiledForm, source: string, filename: string, session: boolean): Promise<number> {
    if (form === 'script') return this.#script(source, filename, session)
    let code = source
    if (form === 'module') {
      const module = await this.#module(source)
      // It was found to be one before.
      if (module.problem !== undefined) throw new CellFault('crash', module.problem.message)
      if (module.wants !== undefined) {
        await this.#ask([ASK.THREW_COPY, 'Error', `Cannot import "${module.wants}": this sandbox has no modules to import`])
        return 0
      }
      code = module.code
    } else code = await this.#withoutImports(source, form)
    await this.#ask([RUN_BODY, withUrl(BODY_PREFIX + code + BODY_SUFFIX, filename)])
    return 0
  }

  async runScript(config: string, values: string, source: string, filename: string): Promise<number> {
    const code = await this.#withoutImports(source, 'script')
    return (await this.#ask([ASK.RUN, config, withUrl(code, filename), values])) === 1 ? 1 : 0
  }

  async #script(source: string, filename: string, session: boolean): Promise<number> {
    let code = await this.#withoutImports(source, 'script')
    if (session && (DECLARES.test(source) || this.#lexical.size > 0)) {
      const found = (await this.compiler.do('tools', 'session', code)) as Partial<ReturnType<typeof sessionScript>>
      const twice = found.declared?.find((name) => this.#lexical.has(name))
      if (twice !== undefined) {
        await this.#ask([ASK.THREW_COPY, 'SyntaxError', `Identifier '${twice}' has already been declared`])
        return 0
      }
      for (const name of found.lexical ?? []) this.#lexical.add(name)
      code = found.code ?? code
    }
    const kept = await this.#ask([ASK.EVAL, withUrl(code, filename)])
    if (session) this.compiler.release()
    return kept === 1 ? 1 : 0
  }

  /** Here too nothing can be imported, and an `import()` says so in the words of every engine. */
  async #withoutImports(source: string, form: 'script' | 'body'): Promise<string> {
    if (!source.includes('import')) return source
    const { code } = (await this.compiler.do('tools', 'imports', source, form)) as { code?: string }
    return code ?? source
  }

  readonly tools: SourceTools = {
    strip: (source) => this.compiler.do('typescript', 'strip', source) as ReturnType<SourceTools['strip']>,
    meter: (source, form, budget) => this.compiler.do('tools', 'meter', source, form, budget) as ReturnType<SourceTools['meter']>,
  }

  stop(): void {
    this.#end(new CellFault('stopped'))
  }

  dispose(): void {
    this.#end(new CellFault('stopped'))
  }

  async #problem(text: string, shift: number): Promise<ParseProblem | undefined> {
    const problem = (await this.compiler.do('compiler', 'script', text)) as ParseProblem | undefined
    if (problem?.line !== 1 || problem.column === undefined) return problem
    return { ...problem, column: Math.max(1, problem.column - shift) }
  }

  #module(source: string): Promise<Module> {
    return this.compiler.do('tools', 'module', source) as Promise<Module>
  }

  #ask(entry: [op: number, a?: unknown, b?: unknown, c?: unknown]): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#over !== undefined) return reject(this.#over)
      this.#answers.push({ resolve, reject })
      this.worker.send(entry)
      this.worker.send([FENCE])
    })
  }

  #told(data: unknown): void {
    const frame = checkFrame(data)
    if (frame === undefined) return this.#break(new CellFault('protocol', 'a message of no known kind'))
    if (!this.#budget.spend()) return this.#break(new CellFault('protocol', 'more messages than a host can take'))
    const [op, a, b, c] = frame
    if (op === READY || !this.#ready) {
      if (op !== READY || this.#ready) return this.#break(new CellFault('protocol', 'a greeting at the wrong time'))
      this.#ready = true
      return
    }
    if (op === BROKEN) return this.#break(new CellFault('crash', 'the guest runtime failed'))
    if (op === ANSWER) {
      const waiting = this.#answers.shift()
      if (waiting === undefined) return this.#break(new CellFault('protocol', 'an answer that nobody waits for'))
      return waiting.resolve(a)
    }
    if (op === TELL.CALL) {
      if ((a as number) <= this.#lastCall) return this.#break(new CellFault('protocol', 'a call that was made already'))
      this.#lastCall = a as number
    }
    this.post(op, a, b, c)
  }

  /** The worker is lost, or cannot be believed any more. */
  #break(fault: CellFault): void {
    if (this.#over !== undefined) return
    const waited = this.#answers.length > 0
    this.#end(fault)
    if (!waited) this.broke?.(fault)
  }

  #end(fault: CellFault): void {
    if (this.#over !== undefined) return
    this.#over = fault
    this.compiler.release()
    this.worker.end(this.#answers.length > 0)
    for (const { reject } of this.#answers.splice(0)) reject(fault)
  }
}
