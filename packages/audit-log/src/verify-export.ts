import type { Checkpoint } from './checkpoint.js'
import { givenCheckpoints } from './given-checkpoints.js'
import { exportLine, headerOf } from './export-log.js'
import { trustedTexts, type Verification, type VerifyOptions, resultOf } from './verify.js'
import { Verifier } from './verifier.js'

/** Verifies an export, a line at a time; see {@link verifyStore}. Rejects with `AUDIT_IMPORT` for what is no export. */
export async function verifyExport(lines: AsyncIterable<string>, options: VerifyOptions = {}): Promise<Verification> {
  const startedAt = performance.now()
  const all = lines[Symbol.asyncIterator]()
  const first = await all.next()
  const { log, head } = headerOf(first.done === true ? undefined : first.value)
  const verifier = new Verifier(log, head.base, trustedTexts(options.trustedKeys))
  const given = givenCheckpoints(options.checkpoints ?? [])
  /** One of the file's own that stands where fewer entries are than it covers. */
  let later: Checkpoint | undefined
  const giveDue = (): void => {
    while (given[0] !== undefined && given[0].size <= verifier.size) {
      const checkpoint = given.shift() as Checkpoint
      if (checkpoint.size === verifier.size) verifier.checkpoint(checkpoint)
      else verifier.earlier(checkpoint)
    }
  }
  giveDue()
  let read = 0
  for (let next = await all.next(); next.done !== true && !verifier.isDone; next = await all.next()) {
    if (next.value === '') continue
    const line = exportLine(next.value)
    if (line === undefined) verifier.unreadable('the line has not the form of an entry')
    else if ('entry' in line) {
      verifier.entry(line.entry)
      giveDue()
      if (++read % 1_000 === 0) options.onProgress?.({ entries: read, of: head.size - head.base.size })
    } else if (line.checkpoint.size === verifier.size) verifier.checkpoint(line.checkpoint)
    else if (line.checkpoint.size > verifier.size) later = line.checkpoint
  }
  await all.return?.()
  return resultOf(verifier, verifier.end({ head, later: later === undefined ? given : [...given, later] }), startedAt)
}
