import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { type CellHost, type Ending, type Job, type JobHandle, notStarted, type SessionHost, type SessionPlace } from '@beddel/core/engine'
import { BROKEN_WIRE } from '../death.js'
import type { ProcessHostOptions } from '../process-host.js'
import type { FromRelay, ToRelay } from './messages.js'

/** How long after its deadline a run may take to be ended by the relay, before its caller waits no longer. */
const LATE_AFTER_MS = 150
/** As many runs in a row without a word of the relay, and it is given up. */
const MAX_SILENCES = 3
const ANSWER_GRACE_MS = 25

/**
 * Synchronous runs over child processes: a worker thread owns the children, and the caller's thread waits for its
 * messages with `Atomics.wait` and a deadline, serving host functions in between.
 */
export class SyncRelay implements Pick<CellHost, 'submit' | 'submitSync' | 'openSession' | 'dropProgram' | 'dispose'> {
  readonly #flag = new Int32Array(new SharedArrayBuffer(8))
  readonly #jobs = new Map<number, Job>()
  readonly #port: MessagePort
  readonly #answers: MessagePort
  readonly #worker: Worker
  #lastKey = 0
  #waiting = false
  #silences = 0
  /** Its thread is gone: another relay has to take its place. */
  lost = false

  /** `entry`: the script of its thread. */
  constructor(options: ProcessHostOptions, entry = new URL('./relay.js', import.meta.url)) {
    const messages = new MessageChannel()
    const answers = new MessageChannel()
    this.#port = messages.port1
    this.#answers = answers.port1
    this.#worker = new Worker(entry, {
      workerData: { options, port: messages.port2, answers: answers.port2, flag: this.#flag },
      transferList: [messages.port2, answers.port2],
      // The host's own flags (--input-type, --import, …) are not meant for it; some of them keep it from starting.
      execArgv: [],
    })
    // Messages of asynchronous runs; a synchronous one takes its own off the port.
    this.#port.on('message', (message: FromRelay) => this.#handle(message))
    this.#worker.on('error', () => this.#lose())
    this.#rest()
  }

  submit(job: Job, session?: string): JobHandle {
    this.#port.ref()
    this.#worker.ref()
    return this.#send(job, session)
  }

  submitSync(job: Job, session?: string): void {
    if (this.#waiting) {
      // Called by a host function of a synchronous run: the thread that could carry it is waiting for that one.
      const message = 'A synchronous run was started by a host function of another one'
      return job.events.ended(notStarted('BEDDEL_BUSY', message))
    }
    this.#waiting = true
    try {
      this.#wait(this.#send(job, session), job.deadline, this.#lastKey)
    } finally {
      this.#waiting = false
    }
  }

  #wait(handle: JobHandle, deadline: number, key: number): void {
    let cancelledAt: number | undefined
    for (;;) {
      const seen = Atomics.load(this.#flag, 0)
      for (let got = receiveMessageOnPort(this.#port); got !== undefined; got = receiveMessageOnPort(this.#port)) {
        this.#handle(got.message as FromRelay)
      }
      if (!this.#jobs.has(key)) return
      const now = performance.now()
      if (cancelledAt === undefined && now - deadline > ANSWER_GRACE_MS) {
        cancelledAt = now
        handle.cancel('timeout')
      }
      // Counted from the cancelling: a host function of the caller's own may have taken longer than that.
      if (cancelledAt !== undefined && now - cancelledAt > LATE_AFTER_MS) return this.#late(key)
      const until = cancelledAt === undefined ? deadline + ANSWER_GRACE_MS : cancelledAt + LATE_AFTER_MS
      Atomics.wait(this.#flag, 0, seen, Math.max(1, until - now + 1))
    }
  }

  openSession({ id, tenant }: SessionPlace): SessionHost {
    this.#tell({ do: 'open', session: id, tenant })
    return {
      submit: (job) => this.submit(job, id),
      submitSync: (job) => this.submitSync(job, id),
      close: (reason) => this.#tell({ do: 'close', session: id, reason }),
    }
  }

  dropProgram(program: string): void {
    this.#tell({ do: 'drop-program', program })
  }

  async dispose(): Promise<void> {
    if (this.lost) return
    this.#tell({ do: 'dispose' })
    // The relay ends its children first, and then, with its port, itself.
    await new Promise<void>((resolve) => {
      this.#worker.ref()
      const timer = setTimeout(() => void this.#worker.terminate(), 1_000)
      this.#worker.once('exit', () => {
        clearTimeout(timer)
        resolve()
      })
    })
    this.#lose()
  }

  #send(job: Job, session: string | undefined): JobHandle {
    const key = ++this.#lastKey
    this.#jobs.set(key, job)
    const { spec, executionId, tenant, deadline } = job
    const leftMs = deadline - performance.now()
    this.#tell({ do: 'submit', key, spec, leftMs, tenant, executionId, ...(session !== undefined && { session }) })
    return {
      reply: (call, ok, text) => this.#tell({ do: 'reply', key, call, ok, text }),
      wake: () => this.#tell({ do: 'wake', key }),
      cancel: (reason) => this.#tell({ do: 'cancel', key, reason }),
    }
  }

  #tell(message: ToRelay): void {
    this.#port.postMessage(message)
  }

  #handle(message: FromRelay): void {
    this.#silences = 0
    const job = this.#jobs.get(message.key)
    if (job === undefined) {
      // The relay waits for an answer, also for a run that nobody waits for any more.
      if (message.is === 'call-sync') this.#answer('')
      return
    }
    const { events } = job
    switch (message.is) {
      case 'started':
        return events.started()
      case 'call':
        return this.#believe(message.key, events.call(message.call, message.name, message.args))
      case 'call-sync': {
        const answer = events.callSync(message.name, message.args)
        this.#believe(message.key, answer !== '')
        return this.#answer(answer)
      }
      case 'log':
        return this.#believe(message.key, events.log(message.level, message.text, message.dropped))
      case 'parked':
        return this.#believe(message.key, events.parked(message.wakeMs))
      case 'ended':
        this.#jobs.delete(message.key)
        events.ended(message.ending)
        if (this.#jobs.size === 0) this.#rest()
    }
  }

  #answer(text: string): void {
    this.#answers.postMessage(text)
    Atomics.add(this.#flag, 1, 1)
    Atomics.notify(this.#flag, 1)
  }

  /** The relay was told to end the run, and will: on a machine with other work, later than its caller may wait. */
  #late(key: number): void {
    const message = 'The run did not finish within its time, and nothing was heard of its end'
    this.#jobs.get(key)?.events.ended({ kind: 'fault', code: 'BEDDEL_TIMEOUT', message, figures: {} })
    this.#jobs.delete(key)
    if (++this.#silences === MAX_SILENCES) this.#lose()
  }

  /** The relay passes on what its children say, and cannot tell what is plausible. */
  #believe(key: number, plausible: boolean): void {
    const job = this.#jobs.get(key)
    if (plausible || job === undefined) return
    this.#tell({ do: 'cancel', key, reason: 'abort' })
    this.#jobs.delete(key)
    job.events.ended({ kind: 'fault', ...BROKEN_WIRE, figures: {} })
  }

  /** Without runs the relay does not keep its host from ending. */
  #rest(): void {
    this.#port.unref()
    this.#answers.unref()
    this.#worker.unref()
  }

  #lose(): void {
    this.lost = true
    const ending: Ending = {
      kind: 'fault',
      code: 'BEDDEL_ENGINE_CRASHED',
      message: 'The relay thread of synchronous runs was lost',
      started: true,
      figures: {},
    }
    for (const [key, job] of this.#jobs) {
      this.#jobs.delete(key)
      job.events.ended(ending)
    }
    void this.#worker.terminate()
  }
}
