import type { IncomingMessage } from 'node:http'
import { invalid } from '@beddel/core'

/** Bytes of one request. */
const MAX_BODY = 32 * 1024 * 1024

/** A body that is not kept. */
export class TooLarge extends Error {
  constructor(bytes: number) {
    super(`A request to the playground must be at most ${MAX_BODY} bytes, got ${bytes}.`)
  }
}

/** The body of a request as JSON. Throws a `BEDDEL_INVALID_OPTION`, or {@link TooLarge}. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let size = 0
  // What is too much is read to its end all the same, and not kept: a browser that is cut off while it sends hears no answer.
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size <= MAX_BODY) parts.push(part)
    else parts.length = 0
  }
  if (size > MAX_BODY) throw new TooLarge(size)
  try {
    return JSON.parse(Buffer.concat(parts).toString())
  } catch {
    throw invalid('request', 'must be JSON')
  }
}
