import type { Outcome, Program } from '@beddel/core'
import { type AdapterProgram, PROGRAM_REQUEST_KEYS, type ProgramRunOptions } from './adapter-options.js'
import { lifted } from './flat-limits.js'
import type { About, RunGate } from './run-gate.js'

type Request = NonNullable<Parameters<Program['run']>[0]>

/** A compiled program whose runs go through the gate. */
export class GatedProgram implements AdapterProgram {
  readonly codeHash: string
  readonly runSync?: AdapterProgram['runSync']
  readonly #compiled: Omit<About, 'tenant'>

  constructor(
    readonly program: Program,
    readonly source: string,
    compiled: Omit<About, 'tenant'>,
    readonly gate: RunGate,
  ) {
    this.codeHash = program.codeHash
    this.#compiled = compiled
    if (program.runSync !== undefined) this.runSync = (given) => this.#runSync(given) as never
  }

  async run<T = unknown>(given: ProgramRunOptions = {}): Promise<Outcome<T>> {
    const { program, gate } = this
    const passage = this.#passage(given)
    if (gate.open) return program.run<T>(passage.request)
    return gate.pass(passage, (left) => program.run<T>(left))
  }

  #runSync(given: ProgramRunOptions = {}): Outcome {
    const { gate } = this
    const program = this.program as Required<Program>
    const passage = this.#passage(given)
    if (gate.open) return program.runSync(passage.request)
    return gate.passNow(passage, (left) => program.runSync(left))
  }

  dispose(): Promise<void> {
    return this.program.dispose()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  #passage(given: ProgramRunOptions): { kind: 'program'; source: string; about: About; request: Request } {
    const request: Request = lifted(given, PROGRAM_REQUEST_KEYS, 'request')
    const { tenant } = request
    const about = { tenant, ...this.#compiled, ...this.gate.evidence(given) }
    return { kind: 'program', source: this.source, about, request }
  }
}
