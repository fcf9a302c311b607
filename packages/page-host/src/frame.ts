import { uuid } from '@beddel/core/engine'
import { FRAME_SCRIPT, FRAME_SCRIPT_HASH } from './generated/frame-script.js'
import type { FromFrame, ToFrame } from './orders.js'
import { PageWorker } from './page-worker.js'

/** How long a frame may take to answer its page's first message, in milliseconds. */
const OPEN_TIMEOUT_MS = 10_000
/** How long it may take once it is loaded: its script has run by then. And where the last one did not answer. */
const LOADED_TIMEOUT_MS = 2_000
const AGAIN_TIMEOUT_MS = 500
const SILENT = 'its frame did not answer: the page’s own policy may not let its script'
/** How long a frame may take to end a worker before the frame itself is removed. */
const END_TIMEOUT_MS = 3_000

/**
 * Nothing but the frame's own script and the workers that it makes: no network, no storage (the origin is opaque), no
 * pictures or styles. `unsafe-eval` is what runs a guest in its worker.
 */
const POLICY = `default-src 'none'; script-src '${FRAME_SCRIPT_HASH}' 'unsafe-eval'; worker-src blob:`

const documentWith = (nonce: string): string =>
  `<!doctype html><html data-nonce="${nonce}"><head><meta http-equiv="Content-Security-Policy" content="${POLICY}"></head>` +
  `<body><script>${FRAME_SCRIPT}</script></body></html>`

/**
 * The page's frames. Browsers put them into one process, which lives as long as one of them is there, and with it every
 * thread that does not stop.
 */
const live = new Set<Frame>()
let patience = LOADED_TIMEOUT_MS

/** A sandboxed frame of an opaque origin, in which workers live. */
export class Frame {
  /** Why it is of no use any more. */
  lost: string | undefined
  readonly #element: HTMLIFrameElement
  readonly #port: MessagePort
  readonly #watch = new MutationObserver(() => this.check())
  readonly #nonce = uuid()
  readonly #workers = new Map<number, PageWorker>()
  /** Scripts that the frame has, or will have once their text is there. */
  readonly #scripts = new Map<string, Promise<void> | undefined>()
  readonly #ending = new Map<number, ReturnType<typeof setTimeout>>()
  #lastId = 0
  #open = false
  #opening: ReturnType<typeof setTimeout>

  /** `onLost` is told whether a guest that hung took it along. */
  constructor(readonly onLost: (hung: boolean) => void) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    port1.onmessage = ({ data }: MessageEvent<FromFrame>) => this.#told(data)
    const element = document.createElement('iframe')
    this.#element = element
    element.setAttribute('sandbox', 'allow-scripts')
    element.setAttribute('aria-hidden', 'true')
    element.referrerPolicy = 'no-referrer'
    element.tabIndex = -1
    element.style.display = 'none'
    element.srcdoc = documentWith(this.#nonce)
    // An opaque origin has no name to address. What is sent is a port, and whoever answers must know the nonce.
    const loaded = (): void => {
      element.contentWindow?.postMessage(0, '*', [port2])
      clearTimeout(this.#opening)
      this.#opening = setTimeout(() => {
        patience = AGAIN_TIMEOUT_MS
        this.remove(SILENT)
      }, patience)
    }
    element.addEventListener('load', loaded, { once: true })
    this.#opening = setTimeout(() => this.remove(SILENT), OPEN_TIMEOUT_MS)
    // Not in the body, which frameworks empty.
    document.documentElement.append(element)
    this.#watch.observe(document.documentElement, { childList: true })
    live.add(this)
  }

  /** How many workers it has. */
  get size(): number {
    return this.#workers.size
  }

  /** Whether it is still there: a page may have taken it out. */
  check(): boolean {
    if (!this.#element.isConnected) this.remove('its frame was taken out of the page')
    return this.lost === undefined
  }

  /** Makes a worker of a script. `text` is asked for where the frame does not have the script yet. */
  worker(script: string, text: () => Promise<string>): PageWorker {
    const id = ++this.#lastId
    const { port1, port2 } = new MessageChannel()
    const worker = new PageWorker(
      port1,
      (hung) => this.#end(id, hung),
      () => this.check(),
    )
    if (!this.check()) {
      queueMicrotask(() => worker.fail(this.lost as string))
      return worker
    }
    this.#workers.set(id, worker)
    if (!this.#scripts.has(script)) this.#scripts.set(script, this.#give(script, text))
    const make = (): void => {
      if (this.#workers.has(id)) this.#order(['make', id, script], [port2])
    }
    const given = this.#scripts.get(script)
    if (given === undefined) make()
    else given.then(make, (error: unknown) => worker.fail(`its script cannot be loaded: ${String(error)}`))
    return worker
  }

  async #give(script: string, text: () => Promise<string>): Promise<void> {
    try {
      this.#order(['script', script, await text()])
      this.#scripts.set(script, undefined)
    } catch (error) {
      // The next worker's turn to try.
      this.#scripts.delete(script)
      throw error
    }
  }

  /** Whether no worker of it is at anything. */
  get #resting(): boolean {
    return [...this.#workers.values()].every(({ resting }) => resting)
  }

  /** Takes the frame out of the page, and with it every worker in it. */
  remove(why: string, hung = false): void {
    if (this.lost !== undefined) return
    this.lost = why
    live.delete(this)
    this.#watch.disconnect()
    clearTimeout(this.#opening)
    for (const timer of this.#ending.values()) clearTimeout(timer)
    this.#element.remove()
    this.#port.close()
    const workers = [...this.#workers.values()]
    this.#workers.clear()
    this.onLost(hung)
    for (const worker of workers) worker.fail(why)
  }

  #order(order: ToFrame, ports: MessagePort[] = []): void {
    this.#port.postMessage(order, ports)
  }

  #end(id: number, hung: boolean): void {
    if (!this.#workers.delete(id) || this.lost !== undefined) return
    if (hung) {
      // A browser takes seconds to stop a thread that does not stop by itself, and no time to drop a process.
      for (const frame of live) if (frame.#resting) frame.remove('a guest hung', frame === this)
      if (this.lost !== undefined) return
    }
    this.#order(['end', id])
    // Before the frame is open, it has not been asked for anything yet.
    const limit = this.#open ? END_TIMEOUT_MS : OPEN_TIMEOUT_MS
    this.#ending.set(
      id,
      setTimeout(() => this.remove('its frame did not end a worker in time'), limit),
    )
  }

  #told(said: FromFrame): void {
    if (!this.#open) {
      if (said[0] !== 'hello' || said[1] !== this.#nonce) return this.remove('something else answered in the place of its frame')
      this.#open = true
      patience = LOADED_TIMEOUT_MS
      return clearTimeout(this.#opening)
    }
    if (said[0] === 'ended') {
      clearTimeout(this.#ending.get(said[1]))
      this.#ending.delete(said[1])
    } else if (said[0] === 'failed') this.#workers.get(said[1])?.notStarted(said[2])
  }
}
