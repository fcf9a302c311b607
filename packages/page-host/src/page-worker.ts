/**
 * A worker in a sandboxed frame, as its page has it: a private port, over which the frame carries its messages in groups, each
 * of which is acknowledged. What comes over the port may come from a hostile guest.
 */
export class PageWorker {
  /** Nobody would miss it: it is warm, or waits for work. */
  resting = true
  #onMessage: ((data: unknown) => void) | undefined
  #onFailure: ((why: string) => void) | undefined
  /** What it sent before anybody listened: its greeting. */
  #early: unknown[] = []
  #over = false
  #heard = false
  /** Why it is lost. */
  #lost: string | undefined

  constructor(
    readonly port: MessagePort,
    /** `hung`: it was at something that it may never end. */
    readonly ended: (hung: boolean) => void,
    /** Whether its frame is there; where it is not, the worker fails. */
    readonly there: () => boolean,
  ) {
    port.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (this.#over) return
      this.#heard = true
      const [message, last] = Array.isArray(data) ? (data as unknown[]) : []
      if (this.#onMessage === undefined) this.#early.push(message)
      else this.#onMessage(message)
      if (last === true) this.send(null)
    }
    port.onmessageerror = () => this.fail('it sent what cannot be read')
  }

  /** Starts to listen. `onFailure` is called once, where the worker is lost without having been ended by {@link end}. */
  listen(onMessage: (data: unknown) => void, onFailure: (why: string) => void): void {
    if (this.#lost !== undefined) {
      const why = this.#lost
      queueMicrotask(() => onFailure(why))
      return
    }
    this.#onFailure = onFailure
    this.#onMessage = onMessage
    this.resting = false
    for (const data of this.#early.splice(0)) onMessage(data)
  }

  send(message: unknown): void {
    if (!this.#over && this.there()) this.port.postMessage(message)
  }

  /** Ends the worker at once, whatever it is doing. `hung`: it did not come to an end by itself. */
  end(hung = false): void {
    if (this.#over) return
    this.#over = true
    // Closing drops what it has sent and nobody has read yet.
    this.port.close()
    this.ended(hung)
  }

  /** An uncaught error in it; after its first message that is the guest's own affair. */
  notStarted(message: string): void {
    if (!this.#heard) this.fail(`it did not start: ${message || 'the page’s own policy does not let it'}`)
  }

  fail(why: string): void {
    if (this.#over) return
    this.#lost = why
    this.end()
    this.#onFailure?.(why)
  }
}
