import { Worker } from 'node:worker_threads'
import type { FromWorker, Opening, Row, Step, ToWorker } from './protocol.js'

/** Heap of the thread in which shadows run, beside the guests themselves. */
const HEAP_MB = 256
/** Threads that may be lost before this process makes none any more. */
const MAX_LOST = 3

export interface ThreadBounds {
  /** VMs that may be shadowed at a time. */
  vms: number
  /** Calls that may wait for the other engine. */
  pendingCalls: number
  /** Bytes of what waits for it. */
  pendingBytes: number
}

export interface Shadowed {
  row(row: Row): void
  over(why: string): void
}

interface Open {
  shadowed: Shadowed
  steps: Step[]
  bytes: number
  /** Bytes that were sent and not read yet. */
  unread: number
  waiting: number
}

/**
 * The thread of all shadows of this process, started with the first one. It keeps no process alive, and what it cannot take at once
 * is not kept for later: that shadow is over.
 */
class ShadowThread {
  readonly #open = new Map<number, Open>()
  readonly #syncs = new Map<number, () => void>()
  #worker: Worker | undefined
  #flag = new Int32Array(new SharedArrayBuffer(4))
  #lastId = 0
  #lost = 0
  #pendingBytes = 0
  #pendingCalls = 0
  #flushing = false

  /** A number for a VM, or why it cannot have a shadow. */
  open(opening: Opening, shadowed: Shadowed, { vms }: ThreadBounds): number | 'busy' | 'no-thread' {
    if (this.#open.size >= vms && !this.#makeRoom()) return 'busy'
    if (this.#lost >= MAX_LOST) return 'no-thread'
    const vm = ++this.#lastId
    this.#open.set(vm, { shadowed, steps: [], bytes: 0, unread: 0, waiting: 0 })
    this.#post({ is: 'open', vm, opening })
    return vm
  }

  /** Ends the shadow that has been idle for longest: most VMs are used once, and nobody says when. */
  #makeRoom(): boolean {
    for (const [vm, open] of this.#open) {
      if (open.steps.length > 0 || open.waiting > 0) continue
      this.#post({ is: 'close', vm })
      this.#over(vm, open, 'busy')
      return true
    }
    return false
  }

  step(vm: number, step: Step, bytes: number, { pendingBytes, pendingCalls }: ThreadBounds): string | undefined {
    const open = this.#open.get(vm)
    if (open === undefined) return 'closed'
    const asks = asksForRow(step)
    if (asks && this.#pendingCalls >= pendingCalls) return 'busy'
    if (this.#pendingBytes + bytes > pendingBytes) return 'memory'
    // The order is that of use.
    this.#open.delete(vm)
    this.#open.set(vm, open)
    open.steps.push(step)
    open.bytes += bytes
    this.#pendingBytes += bytes
    if (asks) {
      open.waiting++
      this.#pendingCalls++
    }
    this.#flushSoon()
    return undefined
  }

  /** The VM is told nothing more. Rows of calls that were told already still come. */
  close(vm: number): void {
    if (!this.#open.has(vm)) return
    this.#flush()
    this.#post({ is: 'close', vm })
    // Its place is free again when the thread says so.
  }

  /** Until all that was told so far is answered, or the time is over. */
  async settle(timeoutMs: number): Promise<boolean> {
    this.#flush()
    const worker = this.#worker
    if (worker === undefined) return true
    const id = ++this.#lastId
    const done = Promise.withResolvers<boolean>()
    this.#syncs.set(id, () => done.resolve(true))
    const timer = setTimeout(() => done.resolve(false), timeoutMs)
    worker.ref()
    this.#post({ is: 'sync', id })
    try {
      return await done.promise
    } finally {
      clearTimeout(timer)
      this.#syncs.delete(id)
      if (this.#syncs.size === 0) worker.unref()
    }
  }

  /** Ends the thread with all shadows. */
  async dispose(): Promise<void> {
    const worker = this.#worker
    this.#gone('closed')
    await worker?.terminate()
  }

  /** After the promise jobs that follow a call: what they told of host calls has to be there before the call itself is made. */
  #flushSoon(): void {
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(() => this.#flush())
  }

  #flush(): void {
    this.#flushing = false
    for (const [vm, open] of this.#open) {
      if (open.steps.length === 0) continue
      const { steps, bytes } = open
      Object.assign(open, { steps: [], bytes: 0, unread: open.unread + bytes })
      this.#post({ is: 'steps', vm, steps, bytes })
    }
  }

  #post(message: ToWorker): void {
    const worker = (this.#worker ??= this.#start())
    worker.postMessage(message)
    Atomics.add(this.#flag, 0, 1)
    Atomics.notify(this.#flag, 0)
  }

  #start(): Worker {
    this.#flag = new Int32Array(new SharedArrayBuffer(4))
    const worker = new Worker(new URL('./shadow-worker.js', import.meta.url), {
      workerData: { flag: this.#flag },
      // The host's own flags (--input-type, --import, …) are not meant for it.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    })
    worker.on('message', (message: FromWorker) => this.#handle(message))
    const lose = (error?: unknown): void => {
      if (this.#worker !== worker) return
      this.#lost++
      this.#gone((error as { code?: string } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'no-thread')
    }
    worker.on('error', lose)
    worker.on('exit', () => lose())
    // Last: a listener would hold the process again.
    worker.unref()
    return worker
  }

  #handle(message: FromWorker): void {
    if (message.is === 'synced') {
      this.#syncs.get(message.id)?.()
      return
    }
    const open = this.#open.get(message.vm)
    if (open === undefined) return
    switch (message.is) {
      case 'read':
        open.unread -= message.bytes
        this.#pendingBytes -= message.bytes
        return
      case 'row':
        open.waiting--
        this.#pendingCalls--
        open.shadowed.row(message.row)
        return
      case 'over':
        this.#over(message.vm, open, message.why)
    }
  }

  #over(vm: number, open: Open, why: string): void {
    this.#open.delete(vm)
    this.#pendingBytes -= open.unread + open.bytes
    this.#pendingCalls -= open.waiting
    open.shadowed.over(why)
  }

  #gone(why: string): void {
    this.#worker = undefined
    for (const [vm, open] of this.#open) this.#over(vm, open, why)
    for (const done of this.#syncs.values()) done()
  }
}

const asksForRow = ({ is }: Step): boolean => is === 'act' || is === 'guest-settled'

export const shadowThread = new ShadowThread()
