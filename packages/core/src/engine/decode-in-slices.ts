import { type Decoded, decode } from './codec.js'
import { taggedDecoder } from './codec-decode.js'
import { JsonReader } from './json-reader.js'

/** How long the host's thread is kept at a time, in milliseconds. */
const SLICE_MS = 8
/** Values between two looks at the clock. */
const STEP = 500

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
    await rest()
    if (!goOn()) return false
  }
}

/**
 * As long as a slice: the host has half of its time for its own, and the collector finishes its marking bit by bit. Where the
 * slices followed each other without a rest, it had to mark all that was read in one pause: 92 ms for 250 000 objects, each with
 * a key of its own. `measure-slices.mjs` measures the pauses with rests.
 */
function rest(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, SLICE_MS))
}
