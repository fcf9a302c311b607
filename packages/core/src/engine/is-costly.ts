import { type Decoded, decode } from './codec.js'

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

/** Whether reading the text at once could keep the host's thread for long. Looks at the text only. */
export function isCostly(text: string): boolean {
  if (text.length <= SMALL) return false
  // What has the smallest bound comes first: looking, too, is done on the host's thread.
  if (occursMoreThan(text, '":', MAX_KEYS) || occursMoreThan(text, '[', MAX_BRACKETS) || occursMoreThan(text, '{', MAX_BRACKETS))
    return true
  return text.startsWith('1t') ? occursMoreThan(text, ',', MAX_ENTRIES) : occursMoreThan(text, '"', MAX_QUOTES)
}

function occursMoreThan(text: string, what: string, limit: number): boolean {
  let count = 0
  for (let at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + what.length)) if (++count > limit) return true
  return false
}

/**
 * Reads a costly text a little at a time; `undefined` where `goOn` said no. What that takes is loaded when it is first
 * needed, and where it cannot be had any more the text is read at once.
 */
export async function readCostly(text: string, goOn: () => boolean): Promise<Decoded | undefined> {
  const slices = await import('./decode-in-slices.js').catch(() => undefined)
  return slices === undefined ? decode(text) : slices.decodeInSlices(text, goOn)
}
