import { AuditError } from './audit-error.js'
import type { Checkpoint } from './checkpoint.js'
import { type AuditEntry, type Head, placeOf, type StoredEntry } from './entry.js'
import { exportLine, headerOf } from './export-log.js'
import { Frontier } from './frontier.js'
import { leafHash } from './merkle-hash.js'
import { columnsOf } from './record.js'
import type { AuditStore } from './store.js'
import type { Verification, VerifyOptions } from './verify.js'
import { verifyExport } from './verify-export.js'

const BATCH = 500

/**
 * Puts an exported log into a store, byte for byte, under its own name. Verifies it first: a damaged one, and one whose name is
 * taken, is `AUDIT_IMPORT`, and nothing is imported.
 */
export async function importLog(lines: () => AsyncIterable<string>, store: AuditStore, options: VerifyOptions = {}): Promise<Verification> {
  const found = await verifyExport(lines(), options)
  if (!found.valid) throw new AuditError('AUDIT_IMPORT', `The export is damaged. ${found.damage?.message}`, { damage: found.damage })
  await store.open()
  try {
    await put(lines(), store)
  } finally {
    await store.close()
  }
  return found
}

async function put(lines: AsyncIterable<string>, store: AuditStore): Promise<void> {
  let head: Head | undefined
  let log = ''
  let tree = new Frontier()
  let rows: StoredEntry[] = []
  let checkpoints: Checkpoint[] = []
  const flush = async (): Promise<void> => {
    if (rows.length > 0) {
      const before = head as Head
      const after = { ...before, size: tree.size, hash: (rows.at(-1) as StoredEntry).hash, frontier: tree.text() }
      await store.append(log, (now) => {
        if (now.hash !== before.hash || now.size !== before.size)
          throw new AuditError('AUDIT_IMPORT', `Somebody else writes to the log ${log}`)
        return { rows, head: after }
      })
      head = after
    }
    for (const checkpoint of checkpoints) await store.addCheckpoint(checkpoint)
    rows = []
    checkpoints = []
  }
  for await (const text of lines) {
    if (head === undefined) {
      const header = headerOf(text)
      const { base } = header.head
      log = header.log
      await store.begin(log, base)
      head = { ...base, base }
      tree = Frontier.parse(base.size, base.frontier)
      continue
    }
    const line = exportLine(text)
    if (line === undefined) continue
    if ('checkpoint' in line) checkpoints.push(line.checkpoint)
    else {
      const { body, hash } = line.entry
      tree.add(leafHash(body))
      rows.push({ seq: placeOf(body)?.seq as number, hash, body, ...columnsOf(JSON.parse(body) as AuditEntry) })
    }
    if (rows.length >= BATCH) await flush()
  }
  await flush()
}
