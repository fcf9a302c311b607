import { CANCELLED, type CellHost, type Job, type JobHandle, notStarted, type SessionHost, type SessionPlace } from '@beddel/core/engine'

/** Runs that may wait for a lane. */
const MAX_QUEUE = 10_000

interface Waiting {
  job: Job
  begin(): void
}

/** So many runs at a time, parked ones included; the others wait in order. Sessions have their cells and do not wait. */
export class Lanes implements CellHost {
  readonly #waiting: Waiting[] = []
  #taken = 0

  constructor(
    readonly host: CellHost,
    readonly max: number,
    /** Called when all is ended. */
    readonly disposed: () => void,
  ) {}

  submit(job: Job): JobHandle {
    if (this.#taken < this.max) return this.#begin(job)
    if (this.#waiting.length >= MAX_QUEUE) {
      job.events.ended(notStarted('BEDDEL_BUSY', `${MAX_QUEUE} runs wait already`))
      return { reply() {}, wake() {}, cancel() {} }
    }
    let handle: JobHandle | undefined
    const waiting: Waiting = { job, begin: () => (handle = this.#begin(job)) }
    this.#waiting.push(waiting)
    return {
      reply: (id, ok, text) => handle?.reply(id, ok, text),
      wake: () => handle?.wake(),
      cancel: (reason) => {
        if (handle !== undefined) return handle.cancel(reason)
        const at = this.#waiting.indexOf(waiting)
        if (at < 0) return
        this.#waiting.splice(at, 1)
        if (reason === 'timeout') job.events.ended(notStarted('BEDDEL_TIMEOUT', 'The run waited for others until its time was up'))
        else job.events.ended(notStarted(CANCELLED[reason].code, CANCELLED[reason].message))
      },
    }
  }

  openSession(options: SessionPlace): SessionHost {
    return this.host.openSession(options)
  }

  addProgram(key: string, source: string): void {
    this.host.addProgram(key, source)
  }

  dropProgram(key: string): void {
    this.host.dropProgram(key)
  }

  ready(): Promise<void> {
    return this.host.ready()
  }

  stats(): { waiting: number } {
    return { ...this.host.stats(), waiting: this.#waiting.length }
  }

  async dispose(): Promise<void> {
    const { code, message } = CANCELLED.dispose
    for (const { job } of this.#waiting.splice(0)) job.events.ended(notStarted(code, message))
    await this.host.dispose()
    this.disposed()
  }

  #begin(job: Job): JobHandle {
    this.#taken++
    const { events } = job
    return this.host.submit({
      ...job,
      events: {
        started: () => events.started(),
        call: (id, name, args) => events.call(id, name, args),
        callSync: (name, args) => events.callSync(name, args),
        log: (level, text, dropped) => events.log(level, text, dropped),
        parked: (wakeMs) => events.parked(wakeMs),
        ended: (ending) => {
          this.#taken--
          events.ended(ending)
          if (this.#taken < this.max) this.#waiting.shift()?.begin()
        },
      },
    })
  }
}
