import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A contender's measurements by name; each gives one number. */
export type Operations = Record<string, (...args: number[]) => Promise<number>>

/** What a file in `contenders/` exports. */
export interface ContenderModule {
  open(): Promise<Operations>
}

interface Answer {
  number?: number
  error?: string
}

/** A contender in a process of its own: none shares a heap, a thread or a flag with another. */
export class Contender implements AsyncDisposable {
  readonly #child

  constructor(name: string, flags: readonly string[] = []) {
    const main = fileURLToPath(new URL('./contender-main.ts', import.meta.url))
    this.#child = fork(main, [name], { execArgv: [...flags, '--disable-warning=ExperimentalWarning'] })
  }

  /** Runs one measurement over there, and waits for its number. */
  async measure(operation: string, ...args: number[]): Promise<number> {
    this.#child.send({ operation, args })
    const ended = new AbortController()
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(120_000)])
    try {
      const answer: Answer = await Promise.race([
        once(this.#child, 'message', { signal }).then(([message]) => message as Answer),
        once(this.#child, 'exit', { signal }).then(([code]) => ({ error: `the process ended with ${code}` })),
      ])
      if (answer.number === undefined) throw new Error(`${operation}: ${answer.error}`)
      return answer.number
    } finally {
      ended.abort()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.disconnect()
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 2_000)
    await gone
    clearTimeout(timer)
  }
}
