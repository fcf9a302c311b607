import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
