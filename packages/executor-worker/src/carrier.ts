import type { ChildProcess } from 'node:child_process'
import type { EventEmitter } from 'node:events'
import { MessageChannel, receiveMessageOnPort, type Worker } from 'node:worker_threads'
import type { Placement } from '@beddel/core'
import { type Death, type KillReason, makeMark } from '@beddel/process-host'
import { Tinypool } from 'tinypool'
import { poolOptions } from './launch.js'
import type { ToCell } from './messages.js'

const STDERR_TAIL = 4_096
/** stderr may still hold what tells memory from a crash when the exit is known. */
const LAST_WORDS_MS = 50
/** A thread in a long built-in cannot be ended; nobody waits longer for it. */
const CLOSE_TIMEOUT_MS = 2_000

/** How long after tinypool gave a child up its exit may take to be known. */
const EXIT_TIMEOUT_MS = 500

export interface CarrierEvents {
  message(text: unknown): void
  died(death: Death): void
}

/** One child process or thread: a tinypool of one, so that it is known which task runs where. */
export class Carrier {
  readonly #pool: Tinypool
  readonly #abort = new AbortController()
  #attached: object | undefined
  #process: ChildProcess | undefined
  #send: ((message: string) => void) | undefined
  #answer: ((text: string) => void) | undefined
  #stderr = ''
  readonly #mark = makeMark()
  #dead = false
  #closed: Promise<void> | undefined
  readonly #ended = Promise.withResolvers<void>()

  constructor(
    readonly placement: Placement,
    memoryBytes: number,
    readonly events: CarrierEvents,
  ) {
    this.#pool = new Tinypool(poolOptions(placement, memoryBytes, this.#mark))
    // A worker that ends without a task: tinypool has nobody else to tell.
    this.#pool.on('error', (error) => this.#lost(error))
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Starts the worker, and runs a spec in it where one is given. Resolves when it is free again; never rejects. */
  async run(spec: string): Promise<void> {
    try {
      const done = this.placement === 'process' ? this.#runInProcess(spec) : spec === '' ? this.#pool.run('') : this.#runInThread(spec)
      this.#attach()
      // A worker that never came up leaves its task in tinypool's queue.
      await Promise.race([done, this.#ended.promise])
    } catch (error) {
      this.#lost(error)
      await this.#ended.promise
    }
  }

  tell(message: ToCell): void {
    if (!this.#dead) this.#send?.(JSON.stringify(message))
  }

  /** Answers a synchronous host call; threads only. */
  answer(text: string): void {
    this.#answer?.(text)
  }

  /** Ends the worker at once. `died` is called before it returns. */
  kill(killed: KillReason): void {
    if (this.#dead) return
    this.#process?.kill('SIGKILL')
    this.#end({ killed, signal: 'SIGKILL', exitCode: null, stderr: this.#stderr, mark: this.#mark })
  }

  /** Resolves when the worker has ended, or could not be ended in time. */
  async closed(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_TIMEOUT_MS)
    })
    await Promise.race([this.#closed, late])
    clearTimeout(timer)
  }

  #runInProcess(spec: string): Promise<unknown> {
    return this.#pool.run(spec, {
      channel: {
        onMessage: (send) => {
          this.#send = send
        },
        postMessage: (message) => this.#message(message),
      },
    })
  }

  async #runInThread(spec: string): Promise<void> {
    const messages = new MessageChannel()
    const answers = new MessageChannel()
    const flag = new Int32Array(new SharedArrayBuffer(4))
    this.#send = (message) => messages.port1.postMessage(message)
    this.#answer = (text) => {
      answers.port1.postMessage(text)
      Atomics.add(flag, 0, 1)
      Atomics.notify(flag, 0)
    }
    messages.port1.on('message', (message) => this.#message(message))
    const transferList = [messages.port2, answers.port2]
    try {
      await this.#pool.run({ spec, port: messages.port2, answers: answers.port2, flag }, { transferList, signal: this.#abort.signal })
      // tinypool answers on a port of its own, which may be read before ours: what was sent to ours is there.
      for (let next = receiveMessageOnPort(messages.port1); next !== undefined; next = receiveMessageOnPort(messages.port1)) {
        this.#message((next as { message: unknown }).message)
      }
    } finally {
      messages.port1.close()
      answers.port1.close()
    }
  }

  #message(message: unknown): void {
    if (!this.#dead) this.events.message(message)
  }

  /**
   * What tinypool's worker lacks: it lets a child write to the host's own stdout and stderr, says of its end only that it
   * was one, and cannot take a listener back, which would be an uncaught error here when a worker fails as it ends.
   */
  #attach(): void {
    const [worker] = this.#pool.threads as unknown as (EventEmitter & { process?: ChildProcess; thread?: Worker })[]
    if (worker === undefined || this.#attached === worker) return
    this.#attached = worker
    worker.removeListener = (event, listener) => {
      ;((worker.process ?? worker.thread) as EventEmitter).removeListener(event, listener)
      return worker
    }
    if (worker.process === undefined) return
    const child = worker.process
    this.#process = child
    child.stdout?.unpipe(process.stdout).resume()
    child.stderr?.unpipe(process.stderr).on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('latin1')).slice(-STDERR_TAIL)
    })
    child.once('exit', (exitCode, signal) => {
      const end = (): void => this.#end({ killed: undefined, signal, exitCode, stderr: this.#stderr, mark: this.#mark })
      const timer = setTimeout(end, LAST_WORDS_MS)
      child.once('close', () => {
        clearTimeout(timer)
        end()
      })
    })
  }

  /** For a thread this is all that is known; a child's own exit tells more, a moment later. */
  #lost(error: unknown): void {
    const { code, message } = error as { code?: unknown; message?: unknown }
    const outOfMemory = code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'FATAL ERROR: heap out of memory' : ''
    const death = {
      killed: undefined,
      signal: outOfMemory === '' ? null : 'thread',
      exitCode: null,
      stderr: outOfMemory || String(message),
      mark: this.#mark,
    }
    if (this.#process?.pid === undefined) this.#end(death)
    else setTimeout(() => this.#end(death), EXIT_TIMEOUT_MS).unref()
  }

  #end(death: Death): void {
    if (this.#dead) return
    this.#dead = true
    this.#abort.abort()
    // A child that could not be started has no exit to wait for, and tinypool would trip over its error.
    const never = this.#process !== undefined && this.#process.pid === undefined
    this.#closed = never ? Promise.resolve() : this.#pool.destroy().catch(() => {})
    this.events.died(death)
    this.#ended.resolve()
  }
}
