import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  AuditLog,
  type AuditLogOptions,
  checkpointHolds,
  generateAuditKey,
  importLog,
  linesOf,
  MemoryStore,
  sqliteStore,
  verifyExport,
  verifyProof,
} from '../dist/index.js'
import { csvField } from '../src/export-records.js'
import { linesIn, temporaryFolder, toArray, toText } from './helpers.js'

const keys = generateAuditKey()
const folder = temporaryFolder()
const memoryLog = (options: AuditLogOptions = {}) =>
  new AuditLog({ store: new MemoryStore(), key: keys.privateKey, groupMs: 0, checkpointEvery: { entries: 1_000_000 }, ...options })
async function filled(count: number, options?: AuditLogOptions): Promise<AuditLog> {
  const log = memoryLog(options)
  await Promise.all(Array.from({ length: count }, (_, i) => log.append({ kind: 'run', time: 1_000 * i, data: i })))
  return log
}

describe('checkpoints', () => {
  test('are signed on schedule, by number and by time, and at close', async () => {
    const store = new MemoryStore()
    const log = await filled(25, { store, checkpointEvery: { entries: 10, ms: 20 }, maxBatch: 10 })
    await log.flush()
    await expect.poll(async () => (await store.checkpoints('main', 0, 10)).at(-1)?.size).toBe(25)
    const sizes = (await store.checkpoints('main', 0, 10)).map(({ size }) => size)
    expect(sizes.length).toBeGreaterThan(1)
    await log.append({ kind: 'note' })
    await log.close()
    const last = (await store.checkpoints('main', 0, 10)).at(-1)
    expect(last).toMatchObject({ size: 26, log: 'main', v: 1 })
    expect(last && checkpointHolds(last)).toBe(true)
    expect(last && checkpointHolds({ ...last, size: 25 })).toBe(false)
  })
  test('need a key, and an entry', async () => {
    const log = new AuditLog({ store: new MemoryStore(), groupMs: 0 })
    await expect(log.checkpoint()).rejects.toMatchObject({ code: 'AUDIT_NOT_FOUND' })
    await log.append({ kind: 'note' })
    await expect(log.checkpoint()).rejects.toMatchObject({ code: 'AUDIT_KEY' })
    expect(await log.verify()).toMatchObject({ valid: true, trusted: false, unsigned: 1, checkpoints: 0 })
    expect(() => new AuditLog({ key: 'no key' })).toThrow('cannot be read')
    expect(() => new AuditLog({ key: keys.publicKey })).toThrow(/key/)
    expect(() => new AuditLog({ key: keys.privateKey, trustedKeys: [generateAuditKey().publicKey] })).toThrow('trustedKeys')
  })
})

describe('proofs, with nothing but the key', () => {
  test('an entry is in the log', async () => {
    const log = await filled(37)
    for (const seq of [0, 1, 17, 35, 36]) {
      const proof = JSON.parse(JSON.stringify(await log.prove(seq)))
      expect(verifyProof(proof, { trustedKeys: [keys.publicKey] })).toEqual({ valid: true, trusted: true })
      expect(verifyProof(proof)).toEqual({ valid: true, trusted: false })
      const refused = (change: object) => expect(verifyProof({ ...proof, ...change }, { trustedKeys: [keys.publicKey] }).valid).toBe(false)
      refused({ entry: proof.entry.replace('"data"', '"dada"') })
      refused({ seq: seq + 1 })
      refused({ path: proof.path.slice(1) })
      refused({ path: proof.path.map((node: string) => node.replace(/^./, 'x')) })
      refused({ path: 7 })
      refused({ checkpoint: { ...proof.checkpoint, size: 36 } })
      refused({ checkpoint: { ...proof.checkpoint, more: 1 } })
    }
    const proof = await log.prove(3)
    expect(verifyProof(proof, { trustedKeys: [generateAuditKey().publicKey] })).toMatchObject({ valid: false })
    await expect(log.prove(37)).rejects.toMatchObject({ code: 'AUDIT_NOT_FOUND' })
    await expect(log.prove(-1)).rejects.toMatchObject({ code: 'AUDIT_NOT_FOUND' })
  })
  test('an old log is the beginning of a new one', async () => {
    const log = await filled(13)
    const first = await log.checkpoint()
    await log.append({ kind: 'note' })
    const proof = await log.proveConsistency(first)
    expect(proof.second.size).toBe(14)
    expect(verifyProof(proof, { trustedKeys: [keys.publicKey] })).toEqual({ valid: true, trusted: true })
    expect(verifyProof({ ...proof, first: proof.second }).valid).toBe(false)
    // Another history, signed with the same key.
    const other = await (await filled(13, { log: 'main' })).checkpoint()
    expect(other.root).toBe(first.root)
    const fork = memoryLog()
    for (let i = 0; i < 13; i++) await fork.append({ kind: 'run', time: 1_000 * i, data: -i })
    expect(verifyProof({ ...proof, first: await fork.checkpoint() }).valid).toBe(false)
  })
})

describe('retention', () => {
  test('removes up to a checkpoint, says so, and leaves a log that can be verified', async () => {
    const log = await filled(20)
    await log.checkpoint()
    await Promise.all(Array.from({ length: 20 }, (_, i) => log.append({ kind: 'run', time: 1_000 * (20 + i), data: 20 + i })))
    expect(await log.prune({ maxEntries: 30 })).toMatchObject({ removed: 0 })
    const result = await log.prune({ maxEntries: 15 })
    expect(result).toMatchObject({ removed: 20, from: 20, checkpoint: { size: 20 } })
    const found = await log.verify()
    expect(found).toMatchObject({ valid: true, pruned: 20, entries: 21, trusted: true })
    const entries = await toArray(log.query())
    expect(entries[0]?.chain.seq).toBe(20)
    expect(entries.at(-1)).toMatchObject({ kind: 'retention', retention: { to: 20, reason: 'more than 15' } })
    await expect(log.get(3)).rejects.toMatchObject({ code: 'AUDIT_PRUNED' })
    // What is left can be proven, and the old checkpoint is still the beginning.
    for (const seq of [20, 31, 40]) expect(verifyProof(await log.prove(seq)).valid).toBe(true)
    if (result.checkpoint === undefined) throw new Error('no checkpoint')
    expect(verifyProof(await log.proveConsistency(result.checkpoint)).valid).toBe(true)
    // It exports and imports.
    const text = await toText(log.export())
    expect(await verifyExport(linesIn(text)(), { trustedKeys: [keys.publicKey] })).toMatchObject({ valid: true, pruned: 20 })
    const copy = new MemoryStore()
    await importLog(linesIn(text), copy)
    expect(await toText(memoryLog({ store: copy }).export())).toBe(text)
  })
  test('goes by age', async () => {
    const log = memoryLog()
    const now = Date.now()
    for (let i = 0; i < 6; i++) {
      await log.append({ kind: 'note', time: now - (6 - i) * 60_000 })
      await log.checkpoint()
    }
    expect(await log.prune({ maxAgeMs: 3.5 * 60_000 })).toMatchObject({ removed: 3, from: 3 })
    expect((await log.verify()).valid).toBe(true)
    await expect(log.prune({})).rejects.toThrow('maxAgeMs or maxEntries')
  })
  test('entries that are missing without it are damage', async () => {
    const store = new MemoryStore()
    const log = await filled(10, { store })
    await log.checkpoint()
    const head = (await store.tail('main'))?.head
    await store.prune('main', { size: 10, hash: head?.hash ?? '', frontier: head?.frontier ?? '' })
    await log.append({ kind: 'note' })
    expect((await log.verify()).damage).toMatchObject({ kind: 'delete', seq: 0, until: 10 })
  })
  test('a damaged log is left alone', async () => {
    const store = new MemoryStore()
    const log = await filled(10, { store })
    await log.checkpoint()
    await log.append({ kind: 'note' })
    const [row] = await store.read('main', { from: 4, to: 5, limit: 1 })
    if (row !== undefined) row.body = row.body.replace('run', 'rum')
    await expect(log.prune({ maxEntries: 1 })).rejects.toMatchObject({ code: 'AUDIT_STORE_CORRUPT' })
    await expect(new AuditLog({ store }).prune({ maxEntries: 1 })).rejects.toMatchObject({ code: 'AUDIT_KEY' })
  })
})

describe('export and import', () => {
  test('keep hashes byte for byte, from one kind of store to another', async () => {
    const log = await filled(1_200, { maxBatch: 100, checkpointEvery: { entries: 100 } })
    await log.append({ kind: 'note', data: { text: 'ä\u2028\u0000\ud83d\ude00', list: [1e21, -0.5, null] } })
    await log.close()
    const text = await toText(log.export())
    const file = join(folder, 'export.jsonl')
    writeFileSync(file, text)
    const store = sqliteStore({ file: join(folder, 'import.sqlite') })
    expect(await importLog(linesOf(file), store, { trustedKeys: [keys.publicKey] })).toMatchObject({ valid: true, entries: 1_201 })
    await using copy = new AuditLog({ store, key: keys.privateKey })
    expect(await toText(copy.export())).toBe(text)
    expect(await copy.verify()).toMatchObject({ valid: true, trusted: true, unsigned: 0 })
    await expect(importLog(linesOf(file), store)).rejects.toMatchObject({ code: 'AUDIT_IMPORT' })
    await expect(importLog(linesIn(text.replace('"data":7,', '"data":8,')), new MemoryStore())).rejects.toMatchObject({
      code: 'AUDIT_IMPORT',
      details: { damage: { kind: 'edit', seq: 7 } },
    })
    await copy.append({ kind: 'note' })
    expect((await copy.verify()).valid).toBe(true)
  })
  test('one byte of the database file, and the entry is named', async () => {
    const file = join(folder, 'byte.sqlite')
    const log = await filled(60, { store: sqliteStore({ file }) })
    await log.close()
    const bytes = readFileSync(file)
    const at = bytes.indexOf('"data":41,')
    expect(at).toBeGreaterThan(0)
    bytes[at + 7] = '9'.charCodeAt(0)
    writeFileSync(file, bytes)
    await using after = new AuditLog({ store: sqliteStore({ file }), trustedKeys: [keys.publicKey] })
    const { damage } = await after.verify()
    expect(damage).toMatchObject({ kind: 'edit', seq: 41 })
    expect(damage?.message).toContain('entry 41')
  })
  test('records and CSV: filtered, redacted, and no formula', async () => {
    const log = memoryLog()
    await log.append({
      kind: 'run',
      time: 0,
      tenant: '=cmd|calc',
      who: 'a "b", c',
      effect: '@sum',
      ending: { success: true },
      durationMs: -1,
    })
    await log.append({ kind: 'run', time: 1, tenant: 'b', values: { input: { user: { password: 'x', name: 'n' } } } })
    const rows = (await toText(log.export({ format: 'csv' }))).split('\r\n')
    expect(rows[0]).toMatch(/^seq,time,kind,/)
    expect(rows[1]).toContain(`0,1970-01-01T00:00:00.000Z,run,,"'=cmd|calc","a ""b"", c","'@sum",`)
    expect(rows).toHaveLength(4)
    const records = await toText(log.export({ format: 'records', filter: { tenant: 'b' }, redact: ['values.input.**.password', 'hash'] }))
    expect(JSON.parse(records)).toMatchObject({
      chain: { seq: 1 },
      hash: '[redacted]',
      values: { input: { user: { password: '[redacted]', name: 'n' } } },
    })
    await expect(toText(log.export({ filter: {} }))).rejects.toThrow('jsonl')
    await expect(toText(log.export({ format: 'cvs' as never }))).rejects.toThrow('csv')
    await expect(toArray(log.query({ tennant: 'x' } as never))).rejects.toThrow(/Did you mean "tenant"/)
  })
  test.each(['=1', '+1', '-1', '@a', '\t=1', ' =1', '\r=1', '＝1', '|x', '%x'])('the field %j is no formula', (text) => {
    expect(csvField(text)).toMatch(/^"?'/)
  })
  test.each([
    [1.5, '1.5'],
    [-3, '-3'],
    ['plain', 'plain'],
    ['a"b', '"a""b"'],
    ['a\nb', '"a\nb"'],
    [null, ''],
    [undefined, ''],
  ])('the field %j is %j', (value, field) => expect(csvField(value)).toBe(field))
})

describe('records', () => {
  test('mistakes are named', async () => {
    const log = memoryLog()
    await expect(log.append({ kind: 'run', tennant: 'x' } as never)).rejects.toMatchObject({
      code: 'AUDIT_RECORD',
      details: { nearest: 'tenant' },
    })
    await expect(log.append({ kind: 'two words' })).rejects.toMatchObject({ code: 'AUDIT_RECORD' })
    await expect(log.append({ kind: 'run', time: 1.5 })).rejects.toMatchObject({ code: 'AUDIT_RECORD' })
    for (const data of [Number.NaN, 1n, Number.POSITIVE_INFINITY]) {
      await expect(log.append({ kind: 'run', data })).rejects.toMatchObject({ code: 'AUDIT_RECORD' })
    }
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    await expect(log.append({ kind: 'run', data: cycle })).rejects.toMatchObject({ code: 'AUDIT_RECORD' })
    expect((await log.append({ kind: 'run', data: 'lone \ud800' })).seq).toBe(0)
    expect((await log.get(0)).data).toBe('lone \ufffd')
    expect(() => new AuditLog({ stor: 1 } as never)).toThrow(/Did you mean "store"/)
    expect(() => new AuditLog({ keep: { inputs: true } as never })).toThrow(/Did you mean "input"/)
    expect(() => sqliteStore({ fsync: 'always' as never })).toThrow('fsync')
  })
  test('share transactions', async () => {
    const log = await filled(1_000, { maxBatch: 250 })
    expect(log.getStats()).toMatchObject({ written: 1_000, batches: 4, pending: 0, lost: 0 })
  })
})
