import type { MessagePort, Worker } from 'node:worker_threads'
import { unsupported } from '@beddel/core'
import { unreadable } from '../analyze-guest.js'
import type { AnalyzeOptions, SourceAnalysis } from '../analyze.js'
import type { FromThread, ToThread } from './messages.js'

type Threads = typeof import('node:worker_threads')

/** What the thread may use. A source that wants more ends it, and has its own verdict. */
const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 }
/** A thread without work ends after this long. */
const IDLE_MS = 10_000

interface Task extends ToThread {
  settle(analysis: SourceAnalysis): void
  fail(error: Error): void
}

interface Live {
  worker: Worker
  port: MessagePort
  flag: Int32Array<SharedArrayBuffer>
  receive(): { message: FromThread } | undefined
}

/**
 * Analyses sources in a thread of its own, one after another. The thread is there when it is needed; it does not keep the process
 * alive without work, and another takes its place when it is killed or crashes.
 */
export class AnalysisThread {
  #live: Live | undefined
  /** The first one is under way. */
  readonly #tasks: Task[] = []
  #lastId = 0
  #idle: NodeJS.Timeout | undefined
  /** How many threads were started so far. */
  started = 0

  /** Resolves with the analysis. Rejects with the signal's reason where that fires first; the thread does not go on with it then. */
  analyze(source: string, language: 'js' | 'ts', options: AnalyzeOptions, signal?: AbortSignal): Promise<SourceAnalysis> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error)
      const give = (): void => {
        this.#drop(task)
        reject(signal?.reason as Error)
      }
      const done = (): void => signal?.removeEventListener('abort', give)
      const task: Task = {
        id: ++this.#lastId,
        source,
        language,
        options,
        settle: (analysis) => {
          done()
          resolve(analysis)
        },
        fail: (error) => {
          done()
          reject(error)
        },
      }
      signal?.addEventListener('abort', give, { once: true })
      this.#tasks.push(task)
      if (this.#tasks.length === 1) this.#begin()
    })
  }

  /** The same for a caller who cannot wait otherwise: his thread stands still until then. `undefined` where the time is up first. */
  analyzeNow(source: string, language: 'js' | 'ts', options: AnalyzeOptions, timeoutMs: number): SourceAnalysis | undefined {
    const until = performance.now() + timeoutMs
    let outcome: SourceAnalysis | Error | undefined
    const task: Task = {
      id: ++this.#lastId,
      source,
      language,
      options,
      settle: (analysis) => {
        outcome = analysis
      },
      fail: (error) => {
        outcome = error
      },
    }
    // Next, behind the one that is under way.
    this.#tasks.splice(1, 0, task)
    if (this.#tasks[0] === task) this.#begin()
    while (outcome === undefined) {
      const live = this.#live as Live
      const seen = Atomics.load(live.flag, 0)
      for (let got = live.receive(); got !== undefined && outcome === undefined; got = live.receive()) this.#handle(got.message)
      if (outcome !== undefined) break
      const left = until - performance.now()
      if (left <= 0) break
      Atomics.wait(live.flag, 0, seen, left)
    }
    if (outcome === undefined) this.#drop(task)
    if (outcome instanceof Error) throw outcome
    return outcome
  }

  /** Ends the thread; what is under way is begun again by the next one. */
  async dispose(): Promise<void> {
    clearTimeout(this.#idle)
    const { worker } = this.#let() ?? {}
    for (const task of this.#tasks.splice(0)) task.fail(new Error('The detector was disposed'))
    await worker?.terminate()
  }

  #begin(): void {
    const [task] = this.#tasks
    if (task === undefined) return this.#rest()
    clearTimeout(this.#idle)
    const live = (this.#live ??= this.#start())
    live.worker.ref()
    live.port.ref()
    const { id, source, language, options } = task
    live.port.postMessage({ id, source, language, options } satisfies ToThread)
  }

  #rest(): void {
    const live = this.#live
    if (live === undefined) return
    live.worker.unref()
    live.port.unref()
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => void this.#let()?.worker.terminate(), IDLE_MS)
    this.#idle.unref()
  }

  #start(): Live {
    const threads = threadsOf()
    const { port1, port2 } = new threads.MessageChannel()
    const flag = new Int32Array(new SharedArrayBuffer(4))
    const worker = new threads.Worker(new URL('./worker.js', import.meta.url), {
      workerData: { port: port2, flag },
      transferList: [port2],
      resourceLimits: LIMITS,
      env: {},
      // The host's own flags (--input-type, --import, …) are not meant for it; some of them keep it from starting.
      execArgv: [],
    })
    this.started++
    const live: Live = {
      worker,
      port: port1,
      flag,
      receive: () => threads.receiveMessageOnPort(port1) as { message: FromThread } | undefined,
    }
    port1.on('message', (message: FromThread) => this.#handle(message))
    // Its own end is no matter any more where another has taken its place.
    worker.on('error', (error) => this.#lost(live, error))
    worker.on('exit', () => this.#lost(live, new Error('it ended')))
    return live
  }

  #handle(message: FromThread): void {
    const [task] = this.#tasks
    // The answer to one that was given up comes from a thread that is no longer ours.
    if (task?.id !== message.id) return
    this.#tasks.shift()
    this.#begin()
    if ('analysis' in message) task.settle(message.analysis)
    else task.fail(new Error(`The analysis failed: ${message.failed}`))
  }

  #lost(live: Live, error: Error): void {
    if (this.#live !== live) return
    this.#let()
    const task = this.#tasks.shift()
    this.#begin()
    const message = `The thread that analysed the source was lost: ${error.message}.`
    task?.settle(unreadable(task.options, { code: 'LOST', message }))
  }

  /** Nobody waits for it any more: it is taken out of the queue, or its thread is ended. */
  #drop(task: Task): void {
    const at = this.#tasks.indexOf(task)
    if (at === -1) return
    this.#tasks.splice(at, 1)
    if (at > 0) return
    void this.#let()?.worker.terminate()
    this.#begin()
  }

  #let(): Live | undefined {
    const live = this.#live
    this.#live = undefined
    live?.port.close()
    return live
  }
}

function threadsOf(): Threads {
  const { process } = globalThis as { process?: { getBuiltinModule?(id: string): unknown } }
  const threads = process?.getBuiltinModule?.('node:worker_threads') as Threads | undefined
  if (threads === undefined) {
    throw unsupported(
      'threatPolicy',
      'analyses in a thread of Node, which is not to be had here. Use analyzeCode() and a policy of your own.',
    )
  }
  return threads
}
