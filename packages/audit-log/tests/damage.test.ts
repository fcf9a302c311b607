import { DatabaseSync } from 'node:sqlite'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { AuditLog, type DamageKind, generateAuditKey, MemoryStore, sqliteStore, verifyExport } from '../dist/index.js'
import { leafHash } from '../src/merkle-hash.js'
import { draftOf } from '../src/record.js'
import { linesIn, temporaryFolder, toText } from './helpers.js'

const keys = generateAuditKey()
const SIZE = 12

async function fill(log: AuditLog): Promise<void> {
  for (let i = 0; i < SIZE; i++) {
    await log.append({ kind: 'run', time: 1_000 + i, tenant: `tenant ${i}`, durationMs: i / 8, ending: { success: true } })
    if (i === 4) await log.checkpoint()
  }
}

/** What a line or a row holds, and how it is put back with another text. */
interface Line {
  hash: string
  body: string
}
const rehashed = (body: string): Line => ({ body, hash: leafHash(body) })
const changed = ({ body }: Line): string => body.replace('"tenant":"tenant', '"tenant":"tenamt')
const seqOf = ({ body }: Line) => Number(/"seq":(\d+)/.exec(body)?.[1])

/** Chains the lines from `at` on again, as somebody would who has the database and no key. */
function rechained(lines: Line[], at: number): Line[] {
  const out = lines.slice(0, at)
  for (const line of lines.slice(at)) {
    const prev = out.at(-1)?.hash ?? '0'.repeat(64)
    out.push(rehashed(line.body.replace(/"prev":"[0-9a-f]{64}"/, `"prev":"${prev}"`).replace(/"seq":\d+/, `"seq":${out.length}`)))
  }
  return out
}

type Case = [name: string, kind: DamageKind, seq: number, change: (lines: Line[]) => Line[]]

/** What can be done to a list of entries, and what must be said of it. */
const CASES: Case[] = [
  ['one letter of a text', 'edit', 3, (all) => all.with(3, { ...(all[3] as Line), body: changed(all[3] as Line) })],
  ['a hash', 'edit', 3, (all) => all.with(3, { ...(all[3] as Line), hash: 'f'.repeat(64) })],
  ['a text and its hash', 'edit', 3, (all) => all.with(3, rehashed(changed(all[3] as Line)))],
  ['the first', 'edit', 0, (all) => all.with(0, rehashed(changed(all[0] as Line)))],
  ['the last, with its hash', 'edit', SIZE - 1, (all) => all.with(SIZE - 1, rehashed(changed(all[SIZE - 1] as Line)))],
  ['one is gone', 'delete', 3, (all) => all.toSpliced(3, 1)],
  ['three are gone', 'delete', 3, (all) => all.toSpliced(3, 3)],
  ['the first is gone', 'delete', 0, (all) => all.slice(1)],
  ['two neighbours are swapped', 'reorder', 3, (all) => all.with(3, all[4] as Line).with(4, all[3] as Line)],
  ['two far ones are swapped', 'reorder', 2, (all) => all.with(2, all[9] as Line).with(9, all[2] as Line)],
  [
    'the last two are swapped',
    'reorder',
    SIZE - 2,
    (all) => all.with(SIZE - 2, all[SIZE - 1] as Line).with(SIZE - 1, all[SIZE - 2] as Line),
  ],
  ['a copy behind itself', 'insert', 4, (all) => all.toSpliced(4, 0, all[3] as Line)],
  ['a copy further on', 'insert', 8, (all) => all.toSpliced(8, 0, all[3] as Line)],
  ['a copy before its time', 'insert', 3, (all) => all.toSpliced(3, 0, all[8] as Line)],
  ['a forged one that continues the chain', 'insert', 4, (all) => all.toSpliced(4, 0, rehashed(changed(all[4] as Line)))],
  [
    'a forged one without its place',
    'insert',
    4,
    (all) => all.toSpliced(4, 0, rehashed(changed(all[4] as Line).replace(/"prev":"../, '"prev":"00'))),
  ],
  ['the end is gone', 'truncation', 9, (all) => all.slice(0, 9)],
  ['all are gone', 'truncation', 0, () => []],
]

async function exported(): Promise<{ header: string; lines: Line[]; checkpoints: string[] }> {
  const log = new AuditLog({ store: new MemoryStore(), key: keys.privateKey, groupMs: 0 })
  await fill(log)
  await log.checkpoint()
  const [header = '', ...rest] = (await toText(log.export())).trimEnd().split('\n')
  await log.close()
  const lines = rest.flatMap((line) => {
    const found = /^\{"hash":"(.{64})","entry":(.*)\}$/.exec(line)
    return found === null ? [] : [{ hash: found[1] as string, body: found[2] as string }]
  })
  return { header, lines, checkpoints: rest.filter((line) => line.startsWith('{"checkpoint"')) }
}

/** A file with these entries, its checkpoints where they belong. */
function fileOf(header: string, lines: readonly Line[], checkpoints: readonly string[]): string {
  const out = [header]
  const left = [...checkpoints]
  lines.forEach(({ hash, body }, i) => {
    out.push(`{"hash":"${hash}","entry":${body}}`)
    while (left[0] !== undefined && JSON.parse(left[0]).checkpoint.size === i + 1) out.push(left.shift() as string)
  })
  return [...out, ...left].join('\n')
}

describe('an exported file', async () => {
  const { header, lines, checkpoints } = await exported()
  const verify = (text: string, options = {}) => verifyExport(linesIn(text)(), { trustedKeys: [keys.publicKey], ...options })

  test('as it was', async () => {
    expect(lines.map(seqOf)).toEqual(lines.map((_, i) => i))
    const found = await verify(fileOf(header, lines, checkpoints))
    expect(found).toMatchObject({ valid: true, entries: SIZE, checkpoints: 2, trusted: true, unsigned: 0 })
  })
  test.each(CASES)('%s: %s of %i', async (_, kind, seq, change) => {
    const { damage } = await verify(fileOf(header, change(lines), checkpoints))
    expect(damage).toMatchObject({ kind, seq })
    expect(damage?.message).toContain(String(seq))
  })
  // The one with a key is the only one who can make the signatures; the others have to leave them or to remove them.
  test('a history that was written anew, with the old checkpoints', async () => {
    const forged = rechained(lines.with(7, rehashed(changed(lines[7] as Line))), 7)
    const parsed = JSON.parse(header)
    const newHeader = JSON.stringify({ ...parsed, head: { ...parsed.head, hash: forged.at(-1)?.hash } })
    // The checkpoint at 5 still holds, so what is wrong lies behind it.
    const { damage, checkpoint } = await verify(fileOf(newHeader, forged, checkpoints))
    expect(damage).toMatchObject({ kind: 'fork', seq: 5, until: SIZE })
    expect(checkpoint?.size).toBe(5)
  })
  test('a checkpoint from elsewhere finds what was cut off with everything else', async () => {
    const short = lines.slice(0, 8)
    const log = new AuditLog({ store: new MemoryStore(), key: keys.privateKey, groupMs: 0 })
    for (let i = 0; i < 8; i++)
      await log.append({ kind: 'run', time: 1_000 + i, tenant: `tenant ${i}`, durationMs: i / 8, ending: { success: true } })
    const text = (await toText(log.export())).trimEnd()
    await log.close()
    const cut = fileOf(text.split('\n')[0] as string, short, checkpoints.slice(0, 1))
    expect((await verify(cut)).valid).toBe(true)
    const outside = JSON.parse(checkpoints[1] as string).checkpoint
    expect((await verify(cut, { checkpoints: [outside] })).damage).toMatchObject({ kind: 'truncation', seq: 8, until: SIZE })
  })
  test('checkpoints: another key, a changed one, one of another log', async () => {
    const file = fileOf(header, lines, checkpoints)
    expect((await verify(file, { trustedKeys: [generateAuditKey().publicKey] })).damage).toMatchObject({ kind: 'wrong-key', seq: 5 })
    expect(await verify(file, { trustedKeys: undefined })).toMatchObject({ valid: true, trusted: false })
    const later = file.replace(/"time":17\d+/, '"time":1700000000000')
    expect((await verify(later)).damage).toMatchObject({ kind: 'checkpoint', seq: 5 })
  })
  test('a line that is none', async () => {
    const file = fileOf(header, lines, checkpoints)
    expect((await verify(file.replace('{"hash":', '{"hash"'))).damage).toMatchObject({ kind: 'unreadable', seq: 0 })
    await expect(verify('{"hello":1}')).rejects.toMatchObject({ code: 'AUDIT_IMPORT' })
    await expect(verify('')).rejects.toMatchObject({ code: 'AUDIT_IMPORT' })
  })
})

describe('a SQLite file', async () => {
  const folder = temporaryFolder()
  const original = join(folder, 'original.sqlite')
  const log = new AuditLog({ store: sqliteStore({ file: original }), key: keys.privateKey, groupMs: 0 })
  await fill(log)
  await log.close()
  let copies = 0

  async function after(change: (db: DatabaseSync) => void) {
    const file = join(folder, `${copies++}.sqlite`)
    copyFileSync(original, file)
    const db = new DatabaseSync(file)
    change(db)
    db.close()
    await using copy = new AuditLog({ store: sqliteStore({ file }), trustedKeys: [keys.publicKey] })
    return await copy.verify()
  }
  /** The rows as the change leaves them, numbered anew. */
  const rewrite = (change: (lines: Line[]) => Line[]) => (db: DatabaseSync) => {
    const rows = db.prepare('select * from audit_entries order by seq').all()
    const lines = change(rows as unknown as Line[])
    db.exec('delete from audit_entries')
    lines.forEach((line, seq) => {
      // Who was careful has set the columns right.
      const columns = {
        ...rows[0],
        ...rows.find((row) => row.hash === line.hash),
        ...draftOf(JSON.parse(line.body.replace(/"chain":\{.*?\},/, ''))).columns,
      }
      const { tenant = null, time = 0, durationMs = null } = columns as { tenant?: string; time?: number; durationMs?: number }
      db.prepare(
        'insert into audit_entries (log, seq, hash, body, time, kind, tenant, ending, duration_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ).run('main', seq, line.hash, line.body, time, 'run', tenant, 'ok', durationMs)
    })
  }

  test('as it was', async () => {
    expect(await after(() => {})).toMatchObject({ valid: true, entries: SIZE, checkpoints: 2 })
    expect(await after(rewrite((all) => all))).toMatchObject({ valid: true })
  })
  test.each(CASES)('%s: %s of %i', async (_, kind, seq, change) => {
    expect((await after(rewrite(change))).damage).toMatchObject({ kind, seq })
  })

  test.each([
    ['body', "update audit_entries set body = replace(body, 'tenant 6', 'tenant 9') where seq = 6"],
    [
      'hash',
      "update audit_entries set hash = replace(hash, substr(hash, 1, 1), case substr(hash, 1, 1) when '0' then '1' else '0' end) where seq = 6",
    ],
    ['tenant', "update audit_entries set tenant = 'somebody else' where seq = 6"],
    ['time', 'update audit_entries set time = time + 1 where seq = 6'],
    ['ending', "update audit_entries set ending = 'BEDDEL_TIMEOUT' where seq = 6"],
    ['duration_ms', 'update audit_entries set duration_ms = 0 where seq = 6'],
    ['code_hash', "update audit_entries set code_hash = 'x' where seq = 6"],
  ])('the column %s of one row', async (_, sql) => {
    expect((await after((db) => db.exec(sql))).damage).toMatchObject({ kind: 'edit', seq: 6 })
  })
  test('a row is gone, or has another number', async () => {
    expect((await after((db) => db.exec('delete from audit_entries where seq = 6'))).damage).toMatchObject({ kind: 'delete', seq: 6 })
    expect((await after((db) => db.exec('delete from audit_entries where seq between 6 and 8'))).damage).toMatchObject({
      kind: 'delete',
      seq: 6,
      until: 9,
    })
    expect((await after((db) => db.exec('update audit_entries set seq = -4 where seq = 6'))).damage).toMatchObject({
      kind: 'insert',
      seq: -4,
    })
    expect((await after((db) => db.exec('update audit_entries set seq = 400 where seq = 6'))).damage).toMatchObject({ seq: 6 })
  })
  test('rows behind the end, and an end that was moved', async () => {
    const more = `insert into audit_entries select log, ${SIZE}, hash, body, time, kind, tenant, effect, who, engine, ending, duration_ms, execution_id, code_hash from audit_entries where seq = 2`
    expect((await after((db) => db.exec(more))).damage).toMatchObject({ kind: 'insert', seq: SIZE })
    const cut = (db: DatabaseSync) => db.exec(`delete from audit_entries where seq >= 9; update audit_heads set size = 9`)
    expect((await after(cut)).damage).toMatchObject({ kind: 'truncation', seq: 9 })
    expect((await after((db) => db.exec("update audit_heads set frontier = replace(frontier, 'a', 'b')"))).damage).toMatchObject({
      kind: 'edit',
      seq: SIZE,
    })
    expect((await after((db) => db.exec('update audit_heads set base_size = 5'))).damage).toMatchObject({ kind: 'edit', seq: 0 })
  })
  test('a checkpoint was changed', async () => {
    const sql = `update audit_checkpoints set body = replace(body, '"size":${SIZE}', '"size":${SIZE - 1}') where size = ${SIZE}`
    expect((await after((db) => db.exec(sql))).damage).toMatchObject({ kind: 'checkpoint', seq: SIZE })
  })
})
