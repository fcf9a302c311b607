import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeAll, describe, expect, test } from 'vitest'
import { AuditLog, type Checkpoint, generateAuditKey, sqliteStore, verifyExport } from '../dist/index.js'
import { linesIn, temporaryFolder, toText } from './helpers.js'

const folder = temporaryFolder()
const keys = generateAuditKey()
const other = generateAuditKey()
const at = (name: string) => join(folder, name)
const trustedKeys = [keys.publicKey]
let good: Checkpoint
let foreign: Checkpoint
let otherLog: Checkpoint

async function append(file: string, count: number, key = keys.privateKey, log = 'main'): Promise<Checkpoint> {
  await using opened = new AuditLog({ store: sqliteStore({ file: at(file) }), key, log })
  for (let i = 0; i < count; i++) await opened.append({ kind: 'run', time: i })
  return opened.checkpoint()
}

/** `old.sqlite` is a log as it was before its last entries; `good` was signed behind them. */
beforeAll(async () => {
  await append('log.sqlite', 4)
  copyFileSync(at('log.sqlite'), at('old.sqlite'))
  good = await append('log.sqlite', 4)
  foreign = await append('foreign.sqlite', 9, other.privateKey)
  otherLog = await append('other-log.sqlite', 9, keys.privateKey, 'other')
})

/** Verifies the log that was put back, in its store and as a file. */
async function verified(checkpoints: Checkpoint[], file = 'old.sqlite') {
  await using log = new AuditLog({ store: sqliteStore({ file: at(file), readOnly: true }), trustedKeys })
  const found = await log.verify({ checkpoints })
  const ofFile = await verifyExport(linesIn(await toText(log.export()))(), { checkpoints, trustedKeys })
  expect(ofFile.damage).toEqual(found.damage)
  return found
}

describe('checkpoints from elsewhere', () => {
  const SHAPELESS = [null, 7, 'text', [], {}, { type: 'inclusion' }, { size: 99 }, { valid: true, checkpoint: {}, size: Number.NaN }]

  test.each(SHAPELESS)('%j is none, alone and beside a good one', async (given) => {
    for (const checkpoints of [[given], [good, given], [given, good]] as Checkpoint[][]) {
      await using log = new AuditLog({ store: sqliteStore({ file: at('old.sqlite'), readOnly: true }), trustedKeys })
      await expect(log.verify({ checkpoints })).rejects.toMatchObject({ code: 'AUDIT_CHECKPOINT' })
      await expect(verifyExport(linesIn(await toText(log.export()))(), { checkpoints })).rejects.toMatchObject({ code: 'AUDIT_CHECKPOINT' })
    }
    await using log = new AuditLog({ store: sqliteStore({ file: at('old.sqlite'), readOnly: true }) })
    await expect(log.proveConsistency(given as Checkpoint)).rejects.toMatchObject({ code: 'AUDIT_CHECKPOINT' })
  })
  test('no list of them', async () => {
    await using log = new AuditLog({ store: sqliteStore({ file: at('old.sqlite'), readOnly: true }) })
    await expect(log.verify({ checkpoints: good as never })).rejects.toMatchObject({ code: 'AUDIT_CHECKPOINT' })
  })
  test('a good one finds what was cut off', async () => {
    expect(await verified([])).toMatchObject({ valid: true, entries: 4 })
    expect((await verified([good])).damage).toMatchObject({ kind: 'truncation', seq: 4, until: 8 })
  })
  test('one beyond the end that nobody has signed, that another key has, or that is of another log', async () => {
    expect((await verified([{ ...good, size: 99 }])).damage).toMatchObject({ kind: 'checkpoint', seq: 99 })
    expect((await verified([foreign])).damage).toMatchObject({ kind: 'wrong-key', seq: 9 })
    expect((await verified([otherLog])).damage).toMatchObject({ kind: 'checkpoint', seq: 9 })
  })
  test('those do not hide what a good one shows', async () => {
    for (const bad of [{ ...good, size: 99 }, foreign, otherLog])
      for (const checkpoints of [
        [good, bad],
        [bad, good],
      ])
        expect((await verified(checkpoints)).damage).toMatchObject({ kind: 'truncation', seq: 4, until: 8 })
  })
  test('one of before what retention has removed is still looked at', async () => {
    copyFileSync(at('log.sqlite'), at('pruned.sqlite'))
    await using log = new AuditLog({ store: sqliteStore({ file: at('pruned.sqlite') }), key: keys.privateKey })
    const early = (await append('early.sqlite', 2)) as Checkpoint
    expect(await log.prune({ maxEntries: 4 })).toMatchObject({ removed: 4 })
    expect((await log.verify({ trustedKeys, checkpoints: [early] })).valid).toBe(true)
    expect((await log.verify({ trustedKeys, checkpoints: [{ ...early, time: 0 }] })).damage).toMatchObject({ kind: 'checkpoint', seq: 2 })
  })
})

describe('a log whose head is gone', () => {
  async function headless(file: string, ...checkpoints: Checkpoint[]) {
    const db = new DatabaseSync(at(file))
    db.exec('delete from audit_heads')
    db.close()
    await using log = new AuditLog({ store: sqliteStore({ file: at(file), readOnly: true }), trustedKeys })
    return (await log.verify({ checkpoints })).damage
  }
  test('with checkpoints: what they vouch for is missing', async () => {
    copyFileSync(at('log.sqlite'), at('headless.sqlite'))
    expect(await headless('headless.sqlite', good)).toMatchObject({ kind: 'truncation', seq: 0, until: 8 })
    expect(await headless('headless.sqlite')).toMatchObject({ kind: 'truncation', seq: 0, until: 8 })
  })
  test('without any: its entries are there all the same', async () => {
    {
      await using log = new AuditLog({ store: sqliteStore({ file: at('unsigned.sqlite') }) })
      await log.append({ kind: 'run' })
    }
    expect(await headless('unsigned.sqlite')).toMatchObject({ kind: 'unreadable', seq: 0 })
  })
})
