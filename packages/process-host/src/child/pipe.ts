import { readSync, writeSync } from 'node:fs'
import { encodeFrame, type Frame, FrameReader } from '../frames.js'

const STDIN = 0
const STDOUT = 1
const CHUNK = 65_536

/**
 * The child's end of the wire, read with blocking reads: a child has nothing else to wait for, a reply to a
 * synchronous host call must be read while the guest is on the stack, and no thread is hopped.
 */
export class BlockingPipe {
  readonly #buffer = Buffer.allocUnsafe(CHUNK)
  readonly #frames: Frame[] = []
  readonly #reader = new FrameReader((frame) => this.#frames.push(frame))
  readonly #pause = new Int32Array(new SharedArrayBuffer(4))

  constructor() {
    // The host is the trusted side: it has checked its sizes already.
    this.#reader.maxBytes = 2 ** 31
  }

  /** The next frame; waits for it. Ends the process when the host has closed the pipe. */
  next(): Frame {
    for (;;) {
      const frame = this.#frames.shift()
      if (frame !== undefined) return frame
      this.#fill()
    }
  }

  /** The next frame that satisfies `wanted`; others stay, in order. */
  nextWhere(wanted: (frame: Frame) => boolean): Frame {
    for (;;) {
      const at = this.#frames.findIndex(wanted)
      if (at >= 0) return this.#frames.splice(at, 1)[0] as Frame
      this.#fill()
    }
  }

  /** Whether such a frame is here already. */
  has(wanted: (frame: Frame) => boolean): boolean {
    return this.#frames.length > 0 && this.#frames.some(wanted)
  }

  /** Whether a frame is here already. */
  get pending(): boolean {
    return this.#frames.length > 0
  }

  send(type: number, id: number, ...parts: string[]): void {
    const bytes = encodeFrame(type, id, parts)
    let at = 0
    while (at < bytes.length) {
      try {
        at += writeSync(STDOUT, bytes, at)
      } catch (error) {
        this.#waitOrExit(error)
      }
    }
  }

  #fill(): void {
    try {
      const got = readSync(STDIN, this.#buffer, 0, CHUNK, null)
      if (got === 0) process.exit(0)
      // The reader may keep what it is given, so it gets its own bytes.
      this.#reader.push(Buffer.from(this.#buffer.subarray(0, got)))
    } catch (error) {
      this.#waitOrExit(error)
    }
  }

  /** Some launchers hand over non-blocking pipes: then ask again in a moment. */
  #waitOrExit(error: unknown): void {
    const { code } = error as { code?: string }
    if (code === 'EAGAIN') Atomics.wait(this.#pause, 0, 0, 1)
    else if (code !== 'EINTR') process.exit(0)
  }
}
