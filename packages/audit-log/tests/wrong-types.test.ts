import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeAll, describe, expect, test } from 'vitest'
import { AuditLog, importLog, MemoryStore, sqliteStore, verifyExport } from '../dist/index.js'
import { chainPrefix } from '../src/entry.js'
import { Frontier } from '../src/frontier.js'
import { leafHash } from '../src/merkle-hash.js'
import { linesIn, temporaryFolder, toText } from './helpers.js'

const SIZE = 6
const folder = temporaryFolder()
const original = join(folder, 'original.sqlite')
let copies = 0

beforeAll(async () => {
  await using log = new AuditLog({ store: sqliteStore({ file: original }), groupMs: 0 })
  for (let i = 0; i < SIZE; i++)
    await log.append({ kind: 'run', time: i + 1, tenant: 'acme', durationMs: 1, code: { hash: 'a', bytes: 1 }, ending: { success: true } })
})

/** SQLite keeps any value in any column: one byte of a row's header says which type it has. */
function changed(...statements: string[]): AuditLog {
  const file = join(folder, `${copies++}.sqlite`)
  copyFileSync(original, file)
  const db = new DatabaseSync(file)
  for (const sql of statements) db.exec(sql)
  db.close()
  return new AuditLog({ store: sqliteStore({ file, readOnly: true }) })
}

describe('a value of another type in a row', () => {
  const COLUMNS = ['hash', 'body', 'time', 'kind', 'tenant', 'effect', 'ending', 'duration_ms', 'execution_id', 'code_hash']

  test.each(COLUMNS)('%s as bytes is damage at its entry', async (column) => {
    await using log = changed(`update audit_entries set ${column} = cast(coalesce(${column}, 'x') as blob) where seq = 3`)
    expect((await log.verify()).damage).toMatchObject({ kind: 'edit', seq: 3 })
  })
  test('one digit as bytes is no number', async () => {
    // As text, this blob is the very time of the entry.
    await using log = changed("update audit_entries set time = x'34' where seq = 3")
    expect((await log.verify()).damage).toMatchObject({ kind: 'edit', seq: 3 })
  })
  test.each(["x'33'", "'three'", '3.5'])('the number %s', async (seq) => {
    await using log = changed(`update audit_entries set seq = ${seq} where seq = 3`)
    expect((await log.verify()).damage).toMatchObject({ seq: 3 })
  })
  test('a row more, whose number is none', async () => {
    await using log = changed(
      "insert into audit_entries select log, x'33', hash, body, time, kind, tenant, effect, who, engine, ending, duration_ms, execution_id, code_hash from audit_entries where seq = 3",
    )
    expect((await log.verify()).damage).toMatchObject({ kind: 'insert', seq: SIZE })
  })
  test.each(['size', 'hash', 'frontier', 'base_size', 'base_hash', 'base_frontier'])('the head, %s as bytes', async (column) => {
    await using log = changed(`update audit_heads set ${column} = cast('x' || ${column} as blob)`)
    expect((await log.verify()).valid).toBe(false)
  })
  test('a checkpoint whose size is none', async () => {
    await using log = changed("insert into audit_checkpoints values ('main', x'33', 'k', '{}')")
    expect((await log.verify()).damage).toMatchObject({ kind: 'unreadable' })
  })

  describe.each(['body', 'hash'])('%s', (column) => {
    const bytes = () => changed(`update audit_entries set ${column} = cast(${column} as blob) where seq = 3`)
    const refusal = { code: 'AUDIT_STORE_CORRUPT', message: expect.stringContaining('Entry 3'), details: { seq: 3 } }

    test.each(['jsonl', 'csv', 'records'] as const)('export as %s names the entry', async (format) => {
      await using log = bytes()
      await expect(toText(log.export({ format }))).rejects.toMatchObject(refusal)
    })
    test('report, get and prove name it too', async () => {
      await using log = bytes()
      await expect(log.report()).rejects.toMatchObject(refusal)
      await expect(log.get(3)).rejects.toMatchObject(refusal)
      await expect(log.prove(3)).rejects.toMatchObject(refusal)
    })
  })
})

describe('a text that was chained anew and is no record', () => {
  const TEXTS = [
    'no JSON',
    '"kind":5}',
    '"kind":"run","time":"now"}',
    '"kind":"run","tenant":7,"time":1}',
    '"ending":null,"kind":"run","time":1}',
  ]
  /** Who has the store and no key can chain what he likes behind the last checkpoint. */
  const forged = (rest: string) => {
    const body = `${chainPrefix('main', '0'.repeat(64), 0)},${rest}`
    const hash = leafHash(body)
    const tree = new Frontier()
    tree.add(hash)
    return { body, hash, frontier: tree.text() }
  }

  test.each(TEXTS)('%s, in a store', async (rest) => {
    const { body, hash, frontier } = forged(rest)
    await using log = changed(
      'delete from audit_entries where seq > 0',
      `update audit_heads set size = 1, hash = '${hash}', frontier = '${frontier}'`,
      `update audit_entries set hash = '${hash}', body = '${body}'`,
    )
    expect((await log.verify()).damage).toMatchObject({ kind: 'edit', seq: 0 })
    await expect(log.report()).rejects.toMatchObject({ code: 'AUDIT_STORE_CORRUPT', details: { seq: 0 } })
  })
  test.each(TEXTS)('%s, in a file', async (rest) => {
    const { body, hash, frontier } = forged(rest)
    const base = { size: 0, hash: '0'.repeat(64), frontier: '' }
    const header = JSON.stringify({ beddelAudit: 1, log: 'main', head: { size: 1, hash, frontier, base } })
    const lines = linesIn(`${header}\n{"hash":"${hash}","entry":${body}}`)
    expect((await verifyExport(lines())).damage).toMatchObject({ kind: 'edit', seq: 0 })
    const store = new MemoryStore()
    await expect(importLog(lines, store)).rejects.toMatchObject({ code: 'AUDIT_IMPORT', message: expect.stringContaining('entry 0') })
    expect(await store.logs()).toEqual([])
  })
})
