import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { AuditLog, type AuditError, MemoryStore, sqliteStore } from '../dist/index.js'
import { KILLS_TIMEOUT_MS, surviveKills } from './kills.js'
import { temporaryFolder } from './helpers.js'

const folder = temporaryFolder()

test(
  'what was acknowledged survives the death of its writers',
  async () => {
    const file = join(folder, 'killed.sqlite')
    await surviveKills(file, () => sqliteStore({ file }))
  },
  KILLS_TIMEOUT_MS,
)

test('a full file is its own error, and the log goes on where there is room', async () => {
  const errors: AuditError[] = []
  const store = sqliteStore({ file: join(folder, 'full.sqlite'), maxBytes: 400_000 })
  await using log = new AuditLog({ store, groupMs: 0, onError: (error) => errors.push(error) })
  await log.append({ kind: 'note', data: 'first' })
  const big = log.append({ kind: 'note', data: 'x'.repeat(500_000) })
  await expect(big).rejects.toMatchObject({ code: 'AUDIT_STORE_FULL', retryable: false })
  expect(errors.map(({ code }) => code)).toEqual(['AUDIT_STORE_FULL'])
  await log.append({ kind: 'note', data: 'last' })
  expect(log.getStats()).toMatchObject({ lost: 1, pending: 0 })
  expect(await log.verify()).toMatchObject({ valid: true, entries: 3 })
})

test('a file that somebody has locked: the caller is told, and the event loop never waits', async () => {
  const file = join(folder, 'locked.sqlite')
  await using log = new AuditLog({ store: sqliteStore({ file, busyTimeoutMs: 400 }), groupMs: 0, ackTimeoutMs: 700, onError: () => {} })
  await log.append({ kind: 'note' })
  const other = new DatabaseSync(file)
  other.exec('begin immediate')
  let turns = 0
  const timer = setInterval(() => turns++, 5)
  await expect(log.append({ kind: 'note' })).rejects.toMatchObject({ code: expect.stringMatching(/^AUDIT_(STORE_BUSY|TIMEOUT)$/) })
  clearInterval(timer)
  // A thread that waits for the lock would have let none through.
  expect(turns).toBeGreaterThan(20)
  other.exec('rollback')
  other.close()
  await log.append({ kind: 'note' })
  expect((await log.verify()).valid).toBe(true)
})

test.each([
  ['no database', 'AUDIT_STORE_CORRUPT', (file: string) => writeFileSync(file, 'x'.repeat(10_000))],
  ['a folder', 'AUDIT_STORE_UNAVAILABLE', (file: string) => mkdirSync(file)],
])('%s in its place: %s', async (_, code, make) => {
  const file = join(folder, `${code}.sqlite`)
  make(file)
  const log = new AuditLog({ store: sqliteStore({ file }), ackTimeoutMs: 1_500, onError: () => {} })
  await expect(log.ready()).rejects.toMatchObject({ code })
  await expect(log.append({ kind: 'note' })).rejects.toMatchObject({ code })
  await log.close()
})

test('a store that never answers: each record is told in time, and the rest is bounded', async () => {
  class Stuck extends MemoryStore {
    override append(): Promise<never> {
      return new Promise(() => {})
    }
  }
  const log = new AuditLog({ store: new Stuck(), groupMs: 0, ackTimeoutMs: 60, maxPending: 3, maxBatch: 1, onError: () => {} })
  const records = Array.from({ length: 4 }, () =>
    log.append({ kind: 'note' }).catch((error: AuditError) => [error.code, error.details.written]),
  )
  expect(await Promise.all(records)).toEqual([
    ['AUDIT_TIMEOUT', 'unknown'],
    ['AUDIT_TIMEOUT', 'no'],
    ['AUDIT_TIMEOUT', 'no'],
    ['AUDIT_BACKLOG', 'no'],
  ])
})

test('a commit whose end was not known is not made twice', async () => {
  let fails = 1
  class Forgetful extends MemoryStore {
    override async append(...args: Parameters<MemoryStore['append']>) {
      const sealed = await super.append(...args)
      if (fails-- > 0)
        throw new (await import('../dist/index.js')).AuditError('AUDIT_STORE_UNAVAILABLE', 'the connection was lost at the commit')
      return sealed
    }
  }
  await using log = new AuditLog({ store: new Forgetful(), groupMs: 0, onError: () => {} })
  expect((await log.append({ kind: 'note', data: 1 })).seq).toBe(0)
  expect((await log.append({ kind: 'note', data: 2 })).seq).toBe(1)
  expect(await log.verify()).toMatchObject({ valid: true, entries: 2 })
})

test('records that are cut off by the end of the process are written by close()', async () => {
  const file = join(folder, 'closed.sqlite')
  const log = new AuditLog({ store: sqliteStore({ file }) })
  const all = Array.from({ length: 1_200 }, (_, data) => log.append({ kind: 'note', data }))
  await log.close()
  expect((await Promise.all(all)).length).toBe(1_200)
  await expect(log.append({ kind: 'note' })).rejects.toMatchObject({ code: 'AUDIT_CLOSED' })
})

test('an idle log does not keep the process alive', async () => {
  const { spawn } = await import('node:child_process')
  const dist = new URL('../dist/index.js', import.meta.url).href
  const code = `import { AuditLog, sqliteStore } from ${JSON.stringify(dist)}
    const log = new AuditLog({ store: sqliteStore({ file: ${JSON.stringify(join(folder, 'idle.sqlite'))} }) })
    await log.append({ kind: 'note' })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [status] = await once(child, 'close')
  // Node 22 calls its SQLite experimental; the log is nobody's place to say so.
  expect(said).toBe('')
  expect(status).toBe(0)
})
