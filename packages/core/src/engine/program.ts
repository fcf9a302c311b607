import { SandboxError } from '../sandbox-error.js'
import type { CompileOptions, Outcome, Program, RunRequest } from '../spec.js'

/** A program where its source is kept. */
export interface ProgramRef {
  key: string
  hash: string
}

export interface ProgramRunner {
  run(request: RunRequest, program: ProgramRef): Promise<Outcome>
  runSync?(request: RunRequest, program: ProgramRef): Outcome
  drop(): void
}

/** A source that was checked once and is kept where the cells live. */
export class EngineProgram implements Program {
  readonly runSync?: Program['runSync']
  #disposed = false
  readonly #ref: ProgramRef

  constructor(
    readonly source: string,
    readonly codeHash: string,
    key: string,
    readonly options: Pick<CompileOptions, 'form' | 'language' | 'filename'>,
    readonly runner: ProgramRunner,
  ) {
    this.#ref = { key, hash: codeHash }
    const { runSync } = runner
    if (runSync !== undefined) this.runSync = (request = {}) => runSync(this.#request(request), this.#ref) as never
  }

  async run<T = unknown>(request: RunRequest = {}): Promise<Outcome<T>> {
    return (await this.runner.run(this.#request(request), this.#ref)) as Outcome<T>
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    this.runner.drop()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  #request(request: RunRequest): RunRequest {
    if (this.#disposed) throw new SandboxError('BEDDEL_DISPOSED', 'This program was disposed', { phase: 'admit' })
    return { ...request, ...this.options }
  }
}
