import { createReadStream } from 'node:fs'
import { AuditError } from './audit-error.js'
import { canonical } from './canonical.js'
import { type Checkpoint, isCheckpoint } from './checkpoint.js'
import { type Head, readable } from './entry.js'
import { type AuditStore, PAGE, pages } from './store.js'

/** The first line of an export. */
export interface ExportHeader {
  beddelAudit: 1
  log: string
  /** The log's end when it was exported. */
  head: Head
}

/** One line of an export after the first. */
export type ExportLine = { entry: { body: string; hash: string } } | { checkpoint: Checkpoint }

const START = /^\{"hash":"([0-9a-f]{64})","entry":/

/**
 * A whole log as JSON Lines, with the exact text of each entry and the checkpoints where they were signed: what
 * {@link importLog} and {@link verifyExport} read. Each line ends with a line feed.
 */
export async function* exportLog(
  store: AuditStore,
  log: string,
  onProgress?: (progress: { entries: number; of: number }) => void,
): AsyncGenerator<string> {
  const head = (await store.tail(log))?.head
  if (head === undefined) throw new AuditError('AUDIT_NOT_FOUND', `There is no log ${log}`, { log, logs: await store.logs() })
  yield `${canonical({ beddelAudit: 1, log, head } satisfies ExportHeader)}\n`
  let checkpoints = await store.checkpoints(log, head.base.size, PAGE)
  const due = async function* (size: number): AsyncGenerator<string> {
    while (checkpoints[0] !== undefined && checkpoints[0].size <= size) {
      const checkpoint = checkpoints.shift() as Checkpoint
      yield `{"checkpoint":${canonical(checkpoint)}}\n`
      if (checkpoints.length === 0) checkpoints = await store.checkpoints(log, checkpoint.size + 1, PAGE)
    }
  }
  yield* due(head.base.size)
  for await (const page of pages(store, log, { from: head.base.size, to: head.size })) {
    // A page is one piece: a reader who wants lines splits them.
    let text = ''
    for (const row of page) {
      const { seq, hash, body } = readable(row)
      text += `{"hash":"${hash}","entry":${body}}\n`
      if (checkpoints[0] === undefined || checkpoints[0].size > seq + 1) continue
      yield text
      text = ''
      yield* due(seq + 1)
    }
    if (text !== '') yield text
    onProgress?.({ entries: (page.at(-1)?.seq ?? 0) + 1 - head.base.size, of: head.size - head.base.size })
  }
}

const MAX_LINE = 64 * 1024 * 1024

/** The lines of a file, read as they are asked for. */
export function linesOf(file: string): () => AsyncIterable<string> {
  return () => splitLines(createReadStream(file, { encoding: 'utf8' }))
}

/** Lines end with a line feed and nothing else: `node:readline` also ends them at U+2028, which texts may hold. */
export async function* splitLines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() as string
    if (rest.length > MAX_LINE) throw new AuditError('AUDIT_IMPORT', `A line is longer than ${MAX_LINE} characters`)
    yield* lines
  }
  if (rest !== '') yield rest
}

export function headerOf(line: string | undefined): ExportHeader {
  try {
    const { beddelAudit, log, head } = JSON.parse(line ?? '') as ExportHeader
    const isPlace = (place: Head | Head['base']): boolean =>
      Number.isSafeInteger(place.size) && typeof place.hash === 'string' && typeof place.frontier === 'string'
    if (beddelAudit === 1 && /^[\w.-]{1,64}$/.test(log) && isPlace(head) && isPlace(head.base)) return { beddelAudit, log, head }
  } catch {}
  throw new AuditError('AUDIT_IMPORT', 'This is no export of a log: its first line does not say so')
}

/** What a line holds; `undefined` where it can be neither. */
export function exportLine(line: string): ExportLine | undefined {
  const found = START.exec(line)
  if (found !== null && line.endsWith('}')) return { entry: { hash: found[1] as string, body: line.slice(found[0].length, -1) } }
  try {
    const { checkpoint } = JSON.parse(line) as { checkpoint?: unknown }
    return isCheckpoint(checkpoint) ? { checkpoint } : undefined
  } catch {
    return undefined
  }
}
