import { CellFault } from '@beddel/core/engine'
import type { Frames, PageWorker } from '@beddel/page-host'
import type { CompilerRequest } from './wire.js'

/** `tools` and `typescript` bring a parser, which is loaded when it is first needed. */
export type CompilerKind = 'compiler' | 'tools' | 'typescript'

type Work = CompilerRequest extends infer R ? (R extends [number, ...infer Rest] ? Rest : never) : never

/** A worker that compiles without running. It does one piece of work at a time. */
class Compiler {
  busy = false
  lost = false
  #lastId = 0
  #settle: { resolve(answer: unknown): void; reject(error: unknown): void } | undefined

  constructor(readonly worker: PageWorker) {
    worker.listen(
      (data) => {
        const [id, answer, failed] = data as [number, unknown, string?]
        if (id !== this.#lastId) return
        this.busy = false
        if (failed === undefined) this.#settle?.resolve(answer)
        else this.#settle?.reject(new CellFault('crash', failed))
      },
      (why) => {
        this.lost = true
        this.#settle?.reject(new CellFault('crash', `its compiler is lost: ${why}`))
      },
    )
  }

  do(work: Work): Promise<unknown> {
    this.busy = true
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
      this.worker.send([++this.#lastId, ...work])
    })
  }
}

/** The compilers of one executor. One of each kind is kept for each tenant. */
export class Compilers {
  readonly #idle = new Map<string, Compiler>()

  constructor(readonly frames: Frames) {}

  take(tenant: string, kind: CompilerKind): Compiler {
    const key = `${kind} ${tenant}`
    const idle = this.#idle.get(key)
    this.#idle.delete(key)
    if (idle !== undefined && !idle.lost) {
      idle.worker.resting = false
      return idle
    }
    return new Compiler(this.frames.take(tenant, kind))
  }

  /** Gives a compiler back; one that is still at something is ended. */
  give(tenant: string, kind: CompilerKind, compiler: Compiler): void {
    const key = `${kind} ${tenant}`
    if (compiler.lost) return
    if (compiler.busy || this.#idle.has(key)) compiler.worker.end(compiler.busy)
    else {
      compiler.worker.resting = true
      this.#idle.set(key, compiler)
    }
  }

  /** For one cell. */
  for(tenant: string): CellCompiler {
    return new CellCompiler(this, tenant)
  }
}

/** The compilers that one cell has taken. */
export class CellCompiler {
  readonly #taken = new Map<CompilerKind, Compiler>()

  constructor(
    readonly all: Compilers,
    readonly tenant: string,
  ) {}

  do(kind: CompilerKind, ...work: Work): Promise<unknown> {
    const compiler = this.#taken.get(kind) ?? this.all.take(this.tenant, kind)
    this.#taken.set(kind, compiler)
    return compiler.do(work)
  }

  /** The cell has ended, or waits for its session's next call. */
  release(): void {
    for (const [kind, compiler] of this.#taken) this.all.give(this.tenant, kind, compiler)
    this.#taken.clear()
  }
}
