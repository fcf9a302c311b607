import { type Decoded, decode } from './codec.js'
import { taggedDecoder } from './codec-decode.js'
import { JsonReader } from './json-reader.js'

/** Below this many characters nothing takes long to read. */
const SMALL = 131_072
/**
 * Keys and brackets of a text that `JSON.parse` gets through in some 60 ms however they are arranged
 * (`node packages/core/scripts/measure-decode.mjs`: 350 000 different keys of one object took 274 ms).
 */
const MAX_KEYS = 60_000
const MAX_BRACKETS = 150_000
/** Entries of a tagged value. */
const MAX_ENTRIES = 100_000
/** Of strings and keys of a plain one, two each. */
const MAX_QUOTES = 600_000
/** How long the host's thread is kept at a time, in milliseconds. */
const SLICE_MS = 8
/** Values between two looks at the clock. */
const STEP = 500

/** Whether reading the text at once could keep the host's thread for long. Looks at the text only. */
export function isCostly(text: string): boolean {
  if (text.length <= SMALL) return false
  if (text.startsWith('1t') ? occursMoreThan(text, ',', MAX_ENTRIES) : occursMoreThan(text, '"', MAX_QUOTES)) return true
  return occursMoreThan(text, '":', MAX_KEYS) || occursMoreThan(text, '[', MAX_BRACKETS) || occursMoreThan(text, '{', MAX_BRACKETS)
}

function occursMoreThan(text: string, what: string, limit: number): boolean {
  let count = 0
  for (let at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + what.length)) if (++count > limit) return true
  return false
}

/**
 * As `decode`, a little at a time: the host's event loop turns in between. `undefined` where `goOn` said no.
 */
export async function decodeInSlices(text: string, goOn: () => boolean): Promise<Decoded | undefined> {
  const head = text.slice(0, 2)
  if (head !== '1j' && head !== '1t') return decode(text)
  try {
    const reader = new JsonReader(text, 2)
    if (!(await inSlices(() => reader.read(STEP), goOn))) return undefined
    if (head === '1j') return { ok: true, value: reader.value }
    const step = taggedDecoder(reader.value)
    let decoded: Decoded | undefined
    const through = await inSlices(() => {
      decoded = step(STEP)
      return decoded !== undefined
    }, goOn)
    return through ? decoded : undefined
  } catch {
    return { ok: false, what: 'malformed text' }
  }
}

/** Calls `step` until it says that it is done; `false` where `goOn` said no before that. */
async function inSlices(step: () => boolean, goOn: () => boolean): Promise<boolean> {
  for (;;) {
    const until = performance.now() + SLICE_MS
    while (performance.now() < until) if (step()) return true
    await turn()
    if (!goOn()) return false
  }
}

/** Lets the event loop turn once. */
function turn(): Promise<void> {
  const { setImmediate = setTimeout } = globalThis as { setImmediate?: (fn: () => void) => unknown }
  return new Promise((resolve) => void setImmediate(() => resolve()))
}
