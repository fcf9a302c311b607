import {
  charCodeAt,
  Ctor,
  fromCharCode,
  isView,
  typedArrayBuffer,
  typedArrayLength,
  typedArrayOffset,
  typedArrayTag,
  dataViewBuffer,
  dataViewLength,
  dataViewOffset,
} from '../engine/primordials.js'

/** UTF-8 only, as in browsers for the encoder. */
export class Encoder {
  get encoding(): string {
    return 'utf-8'
  }
  encode(text: unknown = ''): Uint8Array {
    const source = `${text as string}`
    const bytes: number[] = []
    let at = 0
    for (let i = 0; i < source.length; i++) {
      let code = charCodeAt(source, i)
      if (code >= 0xd800 && code <= 0xdfff) {
        const low = i + 1 < source.length ? charCodeAt(source, i + 1) : 0
        if (code < 0xdc00 && low >= 0xdc00 && low <= 0xdfff) {
          code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
          i++
        } else code = 0xfffd
      }
      if (code < 0x80) bytes[at++] = code
      else if (code < 0x800) {
        bytes[at++] = 0xc0 | (code >> 6)
        bytes[at++] = 0x80 | (code & 63)
      } else if (code < 0x10000) {
        bytes[at++] = 0xe0 | (code >> 12)
        bytes[at++] = 0x80 | ((code >> 6) & 63)
        bytes[at++] = 0x80 | (code & 63)
      } else {
        bytes[at++] = 0xf0 | (code >> 18)
        bytes[at++] = 0x80 | ((code >> 12) & 63)
        bytes[at++] = 0x80 | ((code >> 6) & 63)
        bytes[at++] = 0x80 | (code & 63)
      }
    }
    const out = new Ctor.Uint8Array(at)
    for (let i = 0; i < at; i++) out[i] = bytes[i] as number
    return out
  }
}

/** UTF-8 only; another label is a RangeError. */
export class Decoder {
  readonly #fatal: boolean
  readonly #keepMark: boolean
  /** Bytes of a character that has not come whole. */
  #held: Uint8Array | undefined
  /** A byte order mark counts at the beginning of a stream only. */
  #begun = false
  constructor(label: unknown = 'utf-8', options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
    if (label !== 'utf-8' && label !== 'utf8' && label !== 'UTF-8') {
      throw new Ctor.RangeError(`The encoding ${label as string} is not supported: only utf-8 is`)
    }
    this.#fatal = options.fatal === true
    this.#keepMark = options.ignoreBOM === true
  }
  get encoding(): string {
    return 'utf-8'
  }
  decode(source?: object, { stream }: { stream?: boolean } = {}): string {
    let bytes = source === undefined ? new Ctor.Uint8Array(0) : bytesOf(source)
    if (this.#held !== undefined) bytes = joined(this.#held, bytes)
    this.#held = undefined
    let out = ''
    for (let i = 0; i < bytes.length; ) {
      const [code, used] = next(bytes, i)
      if (code === CUT && stream) {
        this.#held = joined(bytes, NO_BYTES, i)
        break
      }
      if (code < 0) {
        if (this.#fatal) {
          this.#begun = false
          throw new Ctor.TypeError('The bytes are not valid UTF-8')
        }
        out += '\ufffd'
      } else if (code < 0x10000) {
        if (code !== 0xfeff || this.#begun || this.#keepMark) out += fromCharCode(code)
      } else out += fromCharCode(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff))
      this.#begun = true
      i += used
    }
    if (!stream) this.#begun = false
    return out
  }
}

function joined(first: Uint8Array, second: Uint8Array, from = 0): Uint8Array {
  const out = new Ctor.Uint8Array(first.length - from + second.length)
  for (let i = from; i < first.length; i++) out[i - from] = first[i] as number
  for (let i = 0; i < second.length; i++) out[first.length - from + i] = second[i] as number
  return out
}

function bytesOf(source: object): Uint8Array {
  if (!isView(source)) return new Ctor.Uint8Array(source as ArrayBuffer)
  if (typedArrayTag(source) === undefined) {
    return new Ctor.Uint8Array(dataViewBuffer(source) as ArrayBuffer, dataViewOffset(source), dataViewLength(source))
  }
  const width = (source as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT
  const buffer = typedArrayBuffer(source) as ArrayBuffer
  return new Ctor.Uint8Array(buffer, typedArrayOffset(source), typedArrayLength(source) * width)
}

const INVALID = -1
/** The bytes end within a character. */
const CUT = -2
const NO_BYTES = new Ctor.Uint8Array(0)

/** The code point at `i` and how many bytes it took; otherwise what is wrong and the length of the maximal invalid part. */
function next(bytes: Uint8Array, i: number): [code: number, used: number] {
  const first = bytes[i] as number
  if (first < 0x80) return [first, 1]
  const more = first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : 0
  if (more === 0) return [INVALID, 1]
  let code = first & (0x3f >> more)
  for (let k = 1; k <= more; k++) {
    const byte = bytes[i + k]
    const least = k > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
    const most = k > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
    if (byte === undefined) return [CUT, k]
    if (byte < least || byte > most) return [INVALID, k]
    code = (code << 6) | (byte & 63)
  }
  return [code, more + 1]
}
