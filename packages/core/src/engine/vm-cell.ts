import { type Cell, CellFault, type CompiledForm, type ParseProblem } from './cell.js'
import { ASK, type Dispatch, type Post } from './ops.js'
import { type ImportTools, type NodeVm, parseVmBody } from './vm-source.js'

/** A source as something that the engine can run, or why it is none. */
export type VmCompiled<S> =
  | { script: S; wants?: undefined; problem?: undefined }
  /** A module that asks for another one, of which there is none. */
  | { wants: string; script?: undefined; problem?: undefined }
  | { problem: ParseProblem; script?: undefined; wants?: undefined }

/** A cell that is a realm of `node:vm`. An engine says how a source compiles and how the realm is entered. */
export abstract class VmCell<S> implements Cell {
  deadline = 0
  readonly bodyShift = 0
  post: Post = () => undefined
  protected stopped = false

  constructor(
    readonly vm: NodeVm,
    readonly tools: () => ImportTools,
  ) {}

  protected abstract compile(form: CompiledForm, source: string, filename: string): VmCompiled<S>
  /** Runs a compiled source, for at most `timeout` milliseconds. */
  protected abstract run(script: S, timeout: number): unknown
  /** Calls the guest runtime and then runs the promise jobs, for at most `timeout` milliseconds. */
  protected abstract ask(timeout: number, ...args: Parameters<Dispatch>): unknown

  readonly dispatch: Dispatch = (op, a, b, c) => {
    if (op === ASK.PARSE_BODY) return parseVmBody(this.vm, a as string)
    const answered = this.#guarded((timeout) => this.ask(timeout, op, a, b, c))
    // What the guest runtime itself throws is never looked at: it may be the guest's.
    if ('thrown' in answered) throw new CellFault('crash', 'the guest runtime failed')
    return typeof answered.value === 'number' || typeof answered.value === 'string' ? answered.value : undefined
  }

  parse(form: CompiledForm, source: string, filename: string): ParseProblem | undefined {
    if (form === 'module' && !/^#!|import|export/.test(source)) {
      // Without these what is no body is no module either, and our own parser need not be loaded to say so.
      const problem = this.parse('body', source, filename)
      if (problem !== undefined) return problem
      const said = parseVmBody(this.vm, source)
      if (typeof said === 'string' && said !== '') return { message: said }
    }
    return this.compile(form, source, filename).problem
  }

  execute(form: CompiledForm, source: string, filename: string): number {
    const { script, wants } = this.compile(form, source, filename)
    if (wants !== undefined) {
      this.dispatch(ASK.THREW_COPY, 'Error', `Cannot import "${wants}": this sandbox has no modules to import`)
      return 0
    }
    if (script === undefined) return 1
    const ended = this.#guarded((timeout) => this.run(script, timeout))
    if ('thrown' in ended) this.dispatch(ASK.THREW, ended.thrown)
    else this.dispatch(form === 'script' ? ASK.VALUE : ASK.INVOKE, ended.value)
    return 0
  }

  /** V8 has no way to end one context's code: the guest may go on until its deadline, but nobody listens any more. */
  stop(): void {
    this.stopped = true
  }

  dispose(): void {
    this.stopped = true
  }

  /** Runs guest code with what is left of the time. Our clock says whether it was stopped, never what it threw. */
  #guarded(enter: (timeout: number) => unknown): { value: unknown } | { thrown: unknown } {
    const timeout = Math.ceil(this.deadline - performance.now())
    if (timeout <= 0) throw new CellFault('timeout')
    try {
      return { value: enter(timeout) }
    } catch (thrown) {
      if (this.stopped) throw new CellFault('stopped')
      if (performance.now() >= this.deadline - 1) throw new CellFault('timeout')
      return { thrown }
    }
  }
}
