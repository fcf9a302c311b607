import { type FileHandle, open } from 'node:fs/promises'

/** A longer line is no recording; nothing of it is kept. */
export const LONGEST_LINE = 1024 * 1024
const LINE_FEED = 0x0a

export interface LineUse {
  line(text: string, ended: boolean): void
  tooLong(): void
}

/** Gives the lines of a file one after the other, in memory that does not grow with it. Throws what the file system does. */
export async function readLines(path: string, use: LineUse): Promise<void> {
  const file = await open(path, 'r')
  try {
    await readFrom(file, use)
  } finally {
    await file.close()
  }
}

async function readFrom(file: FileHandle, use: LineUse): Promise<void> {
  const stat = await file.stat()
  if (!stat.isFile()) throw new Error('it is no regular file')
  if (stat.size === 0) return
  // What is added meanwhile is for the next report: a writer that is faster than this would keep it from ending.
  const stream = file.createReadStream({ end: stat.size - 1, highWaterMark: 256 * 1024, autoClose: false })
  let begun: Buffer[] = []
  let length = 0
  let skipping = false
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      take(chunk.subarray(start, end))
      finish(true)
      start = end + 1
    }
    take(chunk.subarray(start))
  }
  if (skipping || length > 0) finish(false)

  function take(part: Buffer): void {
    length += part.length
    if (length > LONGEST_LINE) {
      skipping = true
      begun = []
    }
    if (!skipping && part.length > 0) begun.push(part)
  }

  function finish(ended: boolean): void {
    if (skipping) use.tooLong()
    else if (length > 0) use.line((begun.length === 1 ? (begun[0] as Buffer) : Buffer.concat(begun)).toString('utf8'), ended)
    begun = []
    length = 0
    skipping = false
  }
}
