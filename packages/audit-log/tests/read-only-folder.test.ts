import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { AuditLog, sqliteStore } from '../dist/index.js'
import { temporaryFolder } from './helpers.js'

const DIST = fileURLToPath(new URL('../dist/index.js', import.meta.url))
const NOBODY = 65_534
const folder = temporaryFolder()
const closed = join(folder, 'closed')
afterAll(() => chmodSync(closed, 0o755))

/** What a process finds that may read the folder only. Root may do everything, so its process becomes nobody's first. */
function verifiedByAReader(file: string) {
  const code = `
    import { AuditLog, sqliteStore } from ${JSON.stringify(DIST)}
    await using log = new AuditLog({ store: sqliteStore({ file: process.argv[1], readOnly: true }) })
    await log.ready() // What else is to be loaded may lie where nobody may read.
    if (process.getuid() === 0) process.setgid(${NOBODY}), process.setuid(${NOBODY})
    const { valid, entries } = await log.verify()
    console.log(JSON.stringify({ valid, entries }))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code, file], {
    cwd: '/',
    encoding: 'utf8',
    env: {},
  })
  return stdout === '' ? stderr : (JSON.parse(stdout) as unknown)
}

test.skipIf(process.platform === 'win32')('a log in a folder that may only be read is verified, and nothing is left there', async () => {
  {
    await using log = new AuditLog({ store: sqliteStore({ file: join(folder, 'log.sqlite') }) })
    for (let i = 0; i < 3; i++) await log.append({ kind: 'run' })
  }
  mkdirSync(closed)
  copyFileSync(join(folder, 'log.sqlite'), join(closed, 'log.sqlite'))
  chmodSync(folder, 0o755)
  chmodSync(closed, 0o555)
  expect(verifiedByAReader(join(closed, 'log.sqlite'))).toEqual({ valid: true, entries: 3 })
  expect(readdirSync(closed)).toEqual(['log.sqlite'])
})

test.skipIf(process.platform === 'win32')('one whose last entries are not in the file itself is refused there', async () => {
  await using log = new AuditLog({ store: sqliteStore({ file: join(folder, 'live.sqlite') }) })
  await log.append({ kind: 'run' })
  chmodSync(closed, 0o755)
  // The writer has it open: what it wrote lies in the -wal beside.
  for (const name of ['live.sqlite', 'live.sqlite-wal']) copyFileSync(join(folder, name), join(closed, name))
  rmSync(join(closed, 'live.sqlite-shm'), { force: true })
  chmodSync(closed, 0o555)
  expect(verifiedByAReader(join(closed, 'live.sqlite'))).toContain('AUDIT_STORE')
})
