import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AuditLog, generateAuditKey, sqliteStore } from '@beddel/audit-log'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MAIN, runCli } from './run-cli.js'

const folder = mkdtempSync(join(tmpdir(), 'beddel-cli-audit-failures-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string) => join(folder, name)
const cli = (...args: string[]) => runCli(['audit', ...args], { cwd: folder })
const keys = generateAuditKey()

beforeAll(async () => {
  writeFileSync(at('key.pem'), keys.publicKey)
  await using log = new AuditLog({ store: sqliteStore({ file: at('.beddel/audit.sqlite') }), key: keys.privateKey })
  for (let i = 0; i < 6; i++) await log.append({ kind: 'run', effect: `effect ${i}`, ending: { success: true } })
  writeFileSync(at('good.json'), JSON.stringify(await log.checkpoint()))
})

describe('--out', () => {
  const COMMANDS = ['export', 'export --format csv', 'report', 'proof --entry 1']

  test.each(COMMANDS)('%s: a folder that is not there', async (command) => {
    const { code, err } = await cli(...command.split(' '), '--out', 'nowhere/x.out')
    expect([code, err]).toEqual([2, expect.stringContaining('nowhere/x.out cannot be written')])
  })
  test.runIf(existsSync('/dev/full')).each(COMMANDS)('%s: a device without room', async (command) => {
    const { code, err } = await cli(...command.split(' '), '--out', '/dev/full')
    expect([code, err]).toEqual([2, expect.stringContaining('/dev/full cannot be written')])
    expect(statSync('/dev/full').isCharacterDevice()).toBe(true)
  })
  test('a folder in its place', async () => {
    mkdirSync(at('taken'))
    expect(await cli('export', '--out', 'taken')).toMatchObject({ code: 2, err: expect.stringContaining('taken cannot be written') })
  })
  test('what fails on the way leaves the old file, and nothing beside it', async () => {
    mkdirSync(at('kept'))
    writeFileSync(at('kept/proof.json'), 'old')
    expect((await cli('proof', '--entry', '99', '--out', 'kept/proof.json')).code).toBe(2)
    expect((await cli('export', '--format', 'csv', '--redact', 'a..b', '--out', 'kept/proof.json')).code).toBe(2)
    expect(readFileSync(at('kept/proof.json'), 'utf8')).toBe('old')
    expect(readdirSync(at('kept'))).toEqual(['proof.json'])
  })
  test('an old file is replaced as a whole, keeps its mode, and stays where a link leads', async () => {
    mkdirSync(at('linked'))
    writeFileSync(at('linked/real.jsonl'), 'old\n'.repeat(10_000), { mode: 0o600 })
    symlinkSync('real.jsonl', at('linked/link.jsonl'))
    expect(await cli('export', '--out', 'linked/link.jsonl')).toMatchObject({ code: 0, err: '' })
    expect(readdirSync(at('linked')).toSorted()).toEqual(['link.jsonl', 'real.jsonl'])
    expect(statSync(at('linked/real.jsonl')).mode & 0o777).toBe(0o600)
    expect(await cli('verify', '--file', 'linked/real.jsonl')).toMatchObject({ code: 0 })
  })
  test.skipIf(process.platform === 'win32')('what is no regular file is written to as it is', () => {
    const out = execFileSync('sh', ['-c', '"$0" "$1" audit export --out /dev/stdout | cat', process.execPath, MAIN], { cwd: folder })
    expect(out.toString().split('\n')[0]).toContain('"beddelAudit":1')
  })
})

/** A copy of the log that somebody has changed. */
function changedLog(name: string, sql: string): string {
  copyFileSync(at('.beddel/audit.sqlite'), at(name))
  const db = new DatabaseSync(at(name))
  db.exec(sql)
  db.close()
  return name
}

test('export of a damaged log: the entry is named, and no torn file is left', async () => {
  const db = changedLog('bytes.sqlite', 'update audit_entries set body = cast(body as blob) where seq = 3')
  for (const command of ['export', 'report']) {
    expect(await cli(command, '--db', db, '--out', 'torn.out')).toMatchObject({ code: 1, err: expect.stringContaining('Entry 3') })
    expect(readdirSync(folder).filter((name) => name.startsWith('torn'))).toEqual([])
  }
  expect(await cli('verify', '--db', db)).toMatchObject({ code: 1, out: expect.stringContaining('entry 3') })
})

describe('--checkpoint', () => {
  test.each([
    ['null', 'null'],
    ['a result of verify', '{"valid":true,"log":"main","entries":6}'],
    ['a proof', '{"type":"inclusion"}'],
    ['a size', '{"size":99}'],
  ])('%s is none, alone and beside a good one', async (_, text) => {
    writeFileSync(at('none.json'), text)
    const refused = { code: 2, err: expect.stringContaining('none.json is no checkpoint') }
    expect(await cli('verify', '--checkpoint', 'none.json')).toMatchObject(refused)
    expect(await cli('verify', '--checkpoint', 'good.json', 'none.json')).toMatchObject(refused)
    expect(await cli('proof', '--since-checkpoint', 'none.json')).toMatchObject(refused)
  })
  test('beside a proof it would not be looked at', async () => {
    await cli('proof', '--entry', '1', '--out', 'proof.json')
    const { code, err } = await cli('verify', '--file', 'proof.json', '--checkpoint', 'good.json')
    expect([code, err]).toEqual([2, expect.stringContaining('proof.json is a proof')])
  })
  test('it finds a log whose head, or all of it, is gone', async () => {
    const headless = changedLog('headless.sqlite', 'delete from audit_heads')
    const all = changedLog('all.sqlite', 'delete from audit_heads; delete from audit_entries; delete from audit_checkpoints')
    for (const db of [headless, all]) {
      const { code, out } = await cli('verify', '--db', db, '--checkpoint', 'good.json')
      expect([code, out]).toEqual([1, expect.stringContaining('a checkpoint vouches for 6 entries')])
    }
    expect((await cli('verify', '--db', headless)).code).toBe(1)
    expect(await cli('verify', '--db', all)).toMatchObject({ code: 2, err: expect.stringContaining('There is no log main') })
    // A name that was mistyped is no log that was thrown away.
    expect(await cli('verify', '--log', 'mian', '--checkpoint', 'good.json')).toMatchObject({ code: 2 })
    expect(await cli('export', '--db', headless)).toMatchObject({ code: 2, err: expect.stringContaining('There is no log main') })
  })
})

describe('what is no log', () => {
  beforeAll(() => {
    writeFileSync(at('text.sqlite'), 'hello, this is no database '.repeat(50))
    writeFileSync(at('empty.sqlite'), '')
    mkdirSync(at('folder'))
  })
  test.each([
    ['verify --db text.sqlite', 5, 'text.sqlite is no SQLite database'],
    ['export --db text.sqlite', 5, 'text.sqlite is no SQLite database'],
    ['verify --db empty.sqlite', 5, 'empty.sqlite has no tables of an audit log'],
    ['verify --db folder', 2, 'folder is a folder'],
    ['verify --key folder', 2, 'folder is a folder'],
    ['verify --checkpoint folder', 2, 'folder is a folder'],
    ['verify --file folder', 2, 'folder is a folder'],
  ])('%s ends with %i', async (command, code, words) => {
    const found = await cli(...command.split(' '))
    expect([found.code, found.err]).toEqual([code, expect.stringContaining(words)])
  })
})
