import type { Placement } from '@beddel/core'
import { type CancelReason, type Ending, endingOf, type Job } from '@beddel/core/engine'
import type { Death, KillReason } from '@beddel/process-host'
import { Carrier } from './carrier.js'
import { readFromCell, type ToCell } from './messages.js'

/** How long a worker may take to be free after it sent an ending, in milliseconds. */
const CLEAR_TIMEOUT_MS = 500

/** A job on its way: waiting in the host, sent to a seat, started, parked, over. */
export interface Entry {
  readonly job: Job
  /** '' is the anonymous tenant. */
  readonly tenant: string
  readonly pin: SessionPin | undefined
  state: 'waiting' | 'sent' | 'started' | 'parked' | 'over'
  seat: Seat | undefined
  /** Entries into the guest that its process was asked for and has not parked from. Above 0 it may be executing. */
  entries: number
  /** What came of the ending's text already. */
  text: string
  /** Why the lifecycle gave it up. */
  cancelled: CancelReason | undefined
}

/** A session and the seat that its first call took. */
export interface SessionPin {
  readonly id: string
  seat: Seat | undefined
  closed: boolean
}

export interface SeatEvents {
  /** The seat may be free now, or its run is parked. */
  changed(): void
  died(seat: Seat, death: Death, entry: Entry | undefined): void
}

/** A process or thread, the one run in it, and the tenant that it belongs to from its first run on. */
export class Seat {
  dead = false
  /** Its worker has answered: that it can be started is known. */
  proven = false
  tenant: string | undefined
  sessions = 0
  lastUsed = performance.now()
  entry: Entry | undefined
  #busy = false
  #clearing: ReturnType<typeof setTimeout> | undefined
  readonly carrier: Carrier

  constructor(
    placement: Placement,
    memoryBytes: number,
    readonly events: SeatEvents,
  ) {
    this.carrier = new Carrier(placement, memoryBytes, {
      message: (text) => this.#message(text),
      died: (death) => this.#died(death),
    })
  }

  get idle(): boolean {
    return !this.#busy && !this.dead
  }

  /** It starts, or clears away its last run: it will be idle in a moment. */
  get soon(): boolean {
    return this.#busy && this.entry === undefined && !this.dead
  }

  get executing(): boolean {
    return this.entry !== undefined && this.entry.state !== 'parked'
  }

  /** Starts the worker ahead of its first run. */
  async warm(): Promise<void> {
    this.#busy = true
    await this.carrier.run('')
    this.#free()
  }

  async assign(entry: Entry): Promise<void> {
    const { spec, deadline } = entry.job
    this.#busy = true
    this.tenant = entry.tenant
    this.entry = entry
    entry.seat = this
    entry.state = 'sent'
    entry.entries = 1
    spec.timeoutMs = Math.max(0, deadline - performance.now())
    await this.carrier.run(JSON.stringify(spec))
    this.#free()
  }

  tell(message: ToCell): void {
    if (this.entry !== undefined && message[0] !== 'cancel') {
      this.entry.entries++
      this.entry.state = 'started'
    }
    this.carrier.tell(message)
  }

  kill(reason: KillReason): void {
    this.carrier.kill(reason)
  }

  #free(): void {
    clearTimeout(this.#clearing)
    if (this.dead) return
    this.proven = true
    this.#busy = false
    this.lastUsed = performance.now()
    // Its task is over, so an ending must have come: without one the worker cannot be believed.
    if (this.entry !== undefined) return this.kill('protocol')
    this.events.changed()
  }

  #message(text: unknown): void {
    const message = readFromCell(text)
    const { entry } = this
    if (message === undefined || entry === undefined) return this.kill('protocol')
    const { events } = entry.job
    switch (message[0]) {
      case 'started':
        this.proven = true
        entry.state = 'started'
        return events.started()
      case 'call':
        return this.#believe(events.call(message[1], message[2], message[3]))
      case 'call-sync': {
        const answer = events.callSync(message[1], message[2])
        this.#believe(answer !== '')
        return this.carrier.answer(answer)
      }
      case 'log':
        return this.#believe(events.log(message[1], message[2], message[3] === 1))
      case 'parked':
        if (--entry.entries === 0) entry.state = 'parked'
        this.#believe(events.parked(message[1] < 0 ? undefined : message[1]))
        return this.events.changed()
      case 'part':
        entry.text += message[1]
        return this.#believe(entry.text.length <= entry.job.spec.resultBytes)
      case 'ended':
        return this.#ended(entry, message[1], entry.text + message[2], message[3] === 1)
    }
  }

  /** What no guest runtime of ours says was said by a guest that got out of its realm. */
  #believe(plausible: boolean): void {
    if (!plausible) this.kill('protocol')
  }

  #ended(entry: Entry, json: string, text: string, reusable: boolean): void {
    let ending: Ending
    try {
      ending = endingOf(json, text)
    } catch {
      return this.kill('protocol')
    }
    entry.state = 'over'
    this.entry = undefined
    entry.job.events.ended(ending)
    // A guest that had to be stopped may have left anything behind in its process.
    if (!reusable) return this.kill('idle')
    // Node looks at a guest's rejected promises after the run, and can be caught there in the guest's own traps.
    this.#clearing = setTimeout(() => this.kill('idle'), CLEAR_TIMEOUT_MS)
    this.#clearing.unref()
  }

  #died(death: Death): void {
    this.dead = true
    clearTimeout(this.#clearing)
    const { entry } = this
    this.entry = undefined
    this.events.died(this, death, entry)
  }
}
