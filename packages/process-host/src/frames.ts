/**
 * The wire between a host and its children, version 1. A frame:
 *
 *   u32 length of what follows · u8 type · u32 id · parts
 *   part: u8 encoding (0 UTF-8, 1 UTF-16LE) · u32 byte length · bytes
 *
 * All integers little-endian. `id` names the run that a frame belongs to.
 */
export const WIRE_VERSION = 1

export const TO_CHILD = {
  /** [JSON of a RunSpec without its long texts, source, input, globals]; later calls of a session say what is different from its first */
  RUN: 1,
  /** [JSON { call, ok }, encoded value] */
  REPLY: 2,
  /** []: the time that PARKED asked for is up. */
  WAKE: 3,
  /** ['abort' | 'timeout'] */
  CANCEL: 4,
  /** [key, source]; id 0 */
  PROGRAM: 5,
  /** [key]; id 0 */
  DROP_PROGRAM: 6,
  /** [session id]; id 0 */
  CLOSE_SESSION: 7,
  /** ['1' or '0' + encoded value] */
  SYNC_REPLY: 8,
} as const

export const FROM_CHILD = {
  /** [JSON { version, engine }]; id 0: a cell is warm and runs may come. */
  READY: 33,
  /** Sent before any guest code of the run. */
  STARTED: 34,
  /** [JSON call id, name, encoded arguments] */
  CALL: 35,
  /** [name, encoded arguments] */
  CALL_SYNC: 36,
  /** [level, text, '1' where lines were dropped] */
  LOG: 37,
  /** ['' or milliseconds until its next timer]: the run awaits a reply or a wake. Answers each RUN, REPLY and WAKE. */
  PARKED: 39,
  /** [JSON of an Ending without its text, text] */
  ENDED: 40,
} as const

export interface Frame {
  type: number
  id: number
  parts: string[]
}

const HEAD = 9

export function encodeFrame(type: number, id: number, parts: readonly string[]): Buffer {
  let size = HEAD
  const sizes: number[] = []
  for (const part of parts) {
    // UTF-8 cannot carry a lone surrogate, and a guest's source may have one.
    const bytes = part.isWellFormed() ? Buffer.byteLength(part) : -2 * part.length
    sizes.push(bytes)
    size += 5 + Math.abs(bytes)
  }
  const frame = Buffer.allocUnsafe(size)
  frame.writeUInt32LE(size - 4, 0)
  frame.writeUInt8(type, 4)
  frame.writeUInt32LE(id, 5)
  let at = HEAD
  for (let i = 0; i < parts.length; i++) {
    const bytes = sizes[i] as number
    const wide = bytes < 0
    frame.writeUInt8(wide ? 1 : 0, at)
    frame.writeUInt32LE(Math.abs(bytes), at + 1)
    frame.write(parts[i] as string, at + 5, wide ? 'utf16le' : 'utf8')
    at += 5 + Math.abs(bytes)
  }
  return frame
}

/** What the other side sent is no frame of this wire. */
export class WireError extends Error {
  override readonly name = 'WireError'
}

/** Cuts a byte stream into frames. The stream may be hostile: sizes are checked before anything is kept. */
export class FrameReader {
  /** The largest frame that is accepted, in bytes; checked when its length arrives. */
  maxBytes = 65_536
  #held: Buffer[] = []
  #heldBytes = 0
  #wanted = 4

  constructor(readonly onFrame: (frame: Frame) => void) {}

  push(chunk: Buffer): void {
    // The common case: nothing held, and the chunk is whole frames.
    let rest = chunk
    if (this.#heldBytes > 0) {
      this.#held.push(chunk)
      this.#heldBytes += chunk.length
      if (this.#heldBytes < this.#wanted) return
      rest = Buffer.concat(this.#held, this.#heldBytes)
      this.#held = []
      this.#heldBytes = 0
    }
    while (rest.length >= 4) {
      const length = rest.readUInt32LE(0)
      if (length < HEAD - 4 || length > this.maxBytes) throw new WireError(`a frame of ${length} bytes`)
      if (rest.length < 4 + length) {
        this.#wanted = 4 + length
        break
      }
      const frame = decodeFrame(rest.subarray(4, 4 + length))
      rest = rest.subarray(4 + length)
      this.onFrame(frame)
    }
    if (rest.length > 0) {
      if (rest.length < 4) this.#wanted = 4
      this.#held = [rest]
      this.#heldBytes = rest.length
    }
  }
}

function decodeFrame(body: Buffer): Frame {
  const parts: string[] = []
  let at = HEAD - 4
  while (at < body.length) {
    if (body.length < at + 5) throw new WireError('a cut part')
    const wide = body.readUInt8(at) === 1
    const size = body.readUInt32LE(at + 1)
    if (body.length < at + 5 + size) throw new WireError('a part beyond its frame')
    parts.push(body.toString(wide ? 'utf16le' : 'utf8', at + 5, at + 5 + size))
    at += 5 + size
    if (parts.length > 8) throw new WireError('too many parts')
  }
  return { type: body.readUInt8(0), id: body.readUInt32LE(1), parts }
}
