import type { Language } from '@beddel/core'

/** All that a reader can set, as they wrote it. */
export interface Draft {
  code: string
  language: Language
  /** JSON text; blank: no input. */
  input: string
  /** A place, or a place and an engine: `page`, `node:quickjs`. */
  engine: string
  /** Blank: the default. */
  limits: Record<string, string>
  web: boolean
}

const MARK = 'v1.'
/** A link of ours, of whatever version. */
const ANY_MARK = /^v\d+\./
/** Characters of a draft: somebody else's link may unpack to anything. */
const MAX_DRAFT = 8 * 1024 * 1024

/** The fragment of a link that brings this draft back; nothing of it is ever sent to a server. */
export async function fragmentOf(draft: Draft): Promise<string> {
  const packed = await bytesOf(new Blob([JSON.stringify(draft)]).stream().pipeThrough(new CompressionStream('deflate-raw')), Infinity)
  return MARK + toBase64Url(packed)
}

/** `undefined` where the fragment is no draft of ours. Rejects where it is one that cannot be read. */
export async function draftOf(fragment: string): Promise<Draft | undefined> {
  const text = fragment.replace(/^#/, '')
  if (!ANY_MARK.test(text)) return undefined
  try {
    if (!text.startsWith(MARK)) throw new TypeError('another version')
    const packed = new Blob([fromBase64Url(text.slice(MARK.length))])
    const bytes = await bytesOf(packed.stream().pipeThrough(new DecompressionStream('deflate-raw')), MAX_DRAFT)
    return checkedDraft(JSON.parse(new TextDecoder().decode(bytes)))
  } catch (error) {
    throw new Error('This link is damaged, or was made by another version of the playground.', { cause: error })
  }
}

function checkedDraft(given: Partial<Draft> | null): Draft {
  const { code, language, input, engine, limits, web } = given ?? {}
  const isText = (value: unknown): value is string => typeof value === 'string'
  if (!isText(code) || !isText(input) || !isText(engine) || typeof web !== 'boolean') throw new TypeError('no draft')
  if (language !== 'js' && language !== 'ts') throw new TypeError('no language')
  if (typeof limits !== 'object' || limits === null || Array.isArray(limits) || !Object.values(limits).every(isText))
    throw new TypeError('no limits')
  return { code, language, input, engine, limits, web }
}

async function bytesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  const reader = stream.getReader()
  for (;;) {
    const { value, done } = await reader.read()
    if (done) break
    size += value.length
    if (size > most) {
      await reader.cancel()
      throw new RangeError('too large')
    }
    parts.push(value)
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (char) => char.charCodeAt(0))
}
