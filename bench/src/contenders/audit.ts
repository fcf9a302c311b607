import {
  AuditLog,
  type AuditRecord,
  type AuditStore,
  type StoredEntry,
  generateAuditKey,
  MemoryStore,
  postgresStore,
  sqliteStore,
  verifyStore,
} from '@beddel/audit-log'
import { auditRecord } from '../audit-records.ts'
import type { Operations } from '../contender.ts'
import { scratchFile } from '../scratch-file.ts'

const BATCH = 500
/** Records that are under way at a time: two transactions' worth, so that one is made ready while the other is written. */
const UNDER_WAY = 2 * BATCH
const { privateKey } = generateAuditKey()

/** Stores with a log, and the same stores, tables and transactions without canonical JSON, hashes or a tree. */
export async function open(): Promise<Operations> {
  const sqlite = sqliteStore({ file: scratchFile('audit.sqlite') })
  await sqlite.open()
  const url = process.env.BEDDEL_BENCH_POSTGRES
  const postgres = url === undefined ? undefined : postgresStore({ connectionString: url })
  await postgres?.open()
  const memory = new MemoryStore()
  return {
    sqliteChained: (spanMs) => chained(sqlite, spanMs as number),
    sqlitePlain: (spanMs) => plain(sqlite, spanMs as number),
    postgresChained: (spanMs) => chained(postgres as AuditStore, spanMs as number),
    postgresPlain: (spanMs) => plain(postgres as AuditStore, spanMs as number),
    verifyPerSecond: (entries) => verifiedPerSecond(memory, entries as number),
  }
}

let logs = 0

async function chained(store: AuditStore, spanMs: number): Promise<number> {
  const log = new AuditLog({ store, log: `chained-${logs++}`, key: privateKey, groupMs: 0, maxBatch: BATCH })
  await log.ready()
  const startedAt = performance.now()
  let count = 0
  const lane = async () => {
    while (performance.now() - startedAt < spanMs) await log.append(auditRecord(count++))
  }
  await Promise.all(Array.from({ length: UNDER_WAY }, lane))
  const took = performance.now() - startedAt
  await log.close()
  return (count * 1_000) / took
}

/** Records that come one by one and share a transaction, each with its acknowledgement, as in a log. */
async function plain(store: AuditStore, spanMs: number): Promise<number> {
  const log = `plain-${logs++}`
  const startedAt = performance.now()
  const queue: { record: AuditRecord; done(): void }[] = []
  let size = 0
  let writing = false
  const write = async (): Promise<void> => {
    writing = true
    await Promise.resolve()
    while (queue.length > 0) {
      const batch = queue.splice(0, BATCH)
      await store.append(log, (head) => {
        const rows = batch.map(({ record }) => rowOf(record, size++))
        return { rows, head: { ...head, size } }
      })
      for (const { done } of batch) done()
    }
    writing = false
  }
  let count = 0
  const lane = async () => {
    while (performance.now() - startedAt < spanMs) {
      await new Promise<void>((done) => {
        queue.push({ record: auditRecord(count++), done })
        if (!writing) void write()
      })
    }
  }
  await Promise.all(Array.from({ length: UNDER_WAY }, lane))
  return (count * 1_000) / (performance.now() - startedAt)
}

function rowOf(record: AuditRecord, seq: number): StoredEntry {
  const { time = 0, kind, tenant = null, effect = null, who = null, engine = null, durationMs = null, executionId = null } = record
  const body = JSON.stringify(record)
  const codeHash = record.code?.hash ?? null
  return { seq, hash: '', body, time, kind, tenant, effect, who, engine, durationMs, executionId, ending: 'ok', codeHash }
}

async function verifiedPerSecond(store: AuditStore, entries: number): Promise<number> {
  const has = (await store.tail('main'))?.head.size ?? 0
  const log = new AuditLog({ store, key: privateKey, groupMs: 0, maxPending: entries + 1 })
  await Promise.all(Array.from({ length: Math.max(0, entries - has) }, (_, i) => log.append(auditRecord(i))))
  await log.flush()
  const found = await verifyStore(store, 'main', {})
  if (!found.valid) throw new Error(found.damage?.message)
  return (found.entries * 1_000) / found.durationMs
}
