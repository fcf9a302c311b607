import { spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AuditLog, generateAuditKey, sqliteStore } from '@beddel/audit-log'
import { afterAll, beforeAll, expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'beddel-cli-audit-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string) => join(folder, name)
const keys = generateAuditKey()

beforeAll(async () => {
  writeFileSync(at('key.pem'), keys.publicKey)
  writeFileSync(at('other.pem'), generateAuditKey().publicKey)
  await using log = new AuditLog({ store: sqliteStore({ file: at('.beddel/audit.sqlite') }), key: keys.privateKey })
  for (let i = 0; i < 5; i++)
    await log.append({ kind: 'run', effect: `effect ${i}`, tenant: i < 3 ? 'a' : '=b', ending: { success: true }, time: i * 86_400_000 })
  writeFileSync(at('checkpoint.json'), JSON.stringify(await log.checkpoint()))
  await log.append({ kind: 'run', ending: { success: false, code: 'BEDDEL_TIMEOUT' } })
})

function cli(...args: string[]) {
  return new Promise<{ code: number | null; out: string; err: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, 'audit', ...args], { cwd: folder, env: { PATH: process.env.PATH }, timeout: 25_000 })
    const text = { out: '', err: '' }
    child.stdout.on('data', (chunk) => (text.out += chunk))
    child.stderr.on('data', (chunk) => (text.err += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...text }))
  })
}

test('verify: a whole log, by its key, and the file stays as it was', async () => {
  const before = readFileSync(at('.beddel/audit.sqlite'))
  const { code, out, err } = await cli('verify', '--key', 'key.pem', '--checkpoint', 'checkpoint.json')
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain('The log main is whole: 6 entries')
  expect(readFileSync(at('.beddel/audit.sqlite')).equals(before)).toBe(true)
  const unpinned = await cli('verify')
  expect(unpinned.code).toBe(0)
  expect(unpinned.out).toContain('give --key')
})

test('verify: a damaged one, another key, an older checkpoint of another history', async () => {
  copyFileSync(at('.beddel/audit.sqlite'), at('bad.sqlite'))
  const bytes = readFileSync(at('bad.sqlite'))
  bytes.write('E', bytes.indexOf('"effect":"effect 2"') + 11)
  writeFileSync(at('bad.sqlite'), bytes)
  const { code, out } = await cli('verify', '--db', 'bad.sqlite', '--json')
  expect([code, JSON.parse(out).damage]).toMatchObject([1, { kind: 'edit', seq: 2 }])
  expect((await cli('verify', '--key', 'other.pem')).out).toContain('not trusted')
})

test('export: whole and verifiable, or a table', async () => {
  expect(await cli('export', '--out', 'log.jsonl')).toMatchObject({ code: 0, out: '' })
  expect(await cli('verify', '--file', 'log.jsonl', '--key', 'key.pem')).toMatchObject({
    code: 0,
    out: expect.stringContaining('is whole: 6'),
  })
  writeFileSync(at('bad.jsonl'), readFileSync(at('log.jsonl'), 'utf8').replace('effect 4', 'effect 5'))
  expect(await cli('verify', '--file', 'bad.jsonl')).toMatchObject({ code: 1, out: expect.stringContaining('entry 4') })
  const csv = await cli('export', '--format', 'csv', '--tenant', '=b', '--redact', 'effect')
  expect(csv.out.split('\r\n')).toHaveLength(4)
  expect(csv.out).toContain(`,"'=b",,[redacted],`)
  const records = await cli('export', '--format', 'records', '--since', '1970-01-03', '--until', '1970-01-05')
  const effects = records.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).effect)
  expect(effects).toEqual(['effect 2', 'effect 3'])
})

test('report and proof', async () => {
  expect(await cli('report', '--out', 'report.html', '--title', 'May')).toMatchObject({ code: 0 })
  expect(readFileSync(at('report.html'), 'utf8')).toContain('<title>May</title>')
  await cli('proof', '--entry', '3', '--out', 'proof.json')
  expect(await cli('verify', '--file', 'proof.json', '--key', 'key.pem')).toMatchObject({ code: 0, out: 'The proof holds.\n' })
  expect(await cli('verify', '--file', 'proof.json', '--key', 'other.pem')).toMatchObject({ code: 1 })
  await cli('proof', '--since-checkpoint', 'checkpoint.json', '--out', 'since.json')
  expect(await cli('verify', '--file', 'since.json')).toMatchObject({ code: 0 })
})

test.each([
  [['verify', '--db', 'nowhere.sqlite'], 2, 'nowhere.sqlite is not there'],
  [['verify', '--log', 'other'], 2, 'it has main'],
  [['verify', '--key', 'checkpoint.json'], 2, 'public key'],
  [['proof', '--entry', '77'], 2, 'There is no entry 77'],
  [['proof'], 2, 'Give either'],
  [['export', '--tenant', 'a'], 2, 'jsonl'],
  [['export', '--format', 'csv', '--since', 'soon'], 2, '--since must be a time'],
  [['verify', '--file', 'key.pem'], 1, 'no export'],
  [['verify', '--postgres', 'postgres://127.0.0.1:1/x'], 5, 'PostgreSQL 127.0.0.1:1/x'],
])('%j ends with %i', async (args, code, words) => {
  const found = await cli(...args)
  expect(found.err).toContain(words)
  expect(found.code).toBe(code)
})
