import type { AuditSubject, CompileOptions, Outcome, Program } from '@beddel/core'
import { type AdapterProgram, PROGRAM_REQUEST_KEYS, type ProgramRunOptions } from './adapter-options.js'
import { withSubject } from './audit-subject.js'
import { lifted } from './flat-limits.js'
import type { About, RunGate } from './run-gate.js'

type Request = NonNullable<Parameters<Program['run']>[0]>

/** A compiled program whose runs go through the gate. */
export class GatedProgram implements AdapterProgram {
  readonly codeHash: string
  readonly runSync?: AdapterProgram['runSync']
  readonly #compiled: Pick<CompileOptions, 'language' | 'filename'>

  constructor(
    readonly program: Program,
    readonly source: string,
    { language, filename }: CompileOptions,
    readonly gate: RunGate,
  ) {
    this.codeHash = program.codeHash
    this.#compiled = { language, filename }
    if (program.runSync !== undefined) this.runSync = (given) => this.#runSync(given) as never
  }

  async run<T = unknown>(given: ProgramRunOptions = {}): Promise<Outcome<T>> {
    const { program, gate } = this
    const [request, subject] = withSubject<Request>(lifted(given, PROGRAM_REQUEST_KEYS, 'request'), gate.defaults.audit)
    if (gate.open) return program.run<T>(request)
    return gate.pass(this.#passage(request, subject), (left) => program.run<T>(left))
  }

  #runSync(given: ProgramRunOptions = {}): Outcome {
    const { gate } = this
    const program = this.program as Required<Program>
    const [request, subject] = withSubject<Request>(lifted(given, PROGRAM_REQUEST_KEYS, 'request'), gate.defaults.audit)
    if (gate.open) return program.runSync(request)
    return gate.passNow(this.#passage(request, subject), (left) => program.runSync(left))
  }

  dispose(): Promise<void> {
    return this.program.dispose()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  #passage(
    request: Request,
    subject: AuditSubject | undefined,
  ): { kind: 'program'; source: string; about: About; request: Request; subject: AuditSubject | undefined } {
    const { tenant } = request
    return { kind: 'program', source: this.source, about: { tenant, ...this.#compiled }, request, subject }
  }
}
