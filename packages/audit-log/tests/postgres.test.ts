import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Postgres, startPostgres } from '../../../scripts/start-postgres.mjs'
import { AuditLog, type AuditStore, postgresStore } from '../dist/index.js'
import { STORE_TESTS } from '../dist/suite.js'
import { KILLS_TIMEOUT_MS, surviveKills } from './kills.js'

let server: Postgres
beforeAll(async () => {
  server = await startPostgres()
}, 60_000)
afterAll(() => server?.stop())

describe('PostgreSQL', () => {
  const opened: AuditStore[] = []
  const open = async () => {
    const store = postgresStore({ connectionString: server.url, schema: 'suite' })
    await store.open()
    opened.push(store)
    return store
  }
  afterAll(() => Promise.all(opened.map((store) => store.close())))
  test.each(STORE_TESTS)('$name', ({ run }) => run(open))
})

test(
  'what was acknowledged survives the death of its writers',
  () => surviveKills(server.url, () => postgresStore({ connectionString: server.url })),
  KILLS_TIMEOUT_MS,
)

describe('a server that does not answer as it should', () => {
  const logOf = (schema: string, options = {}) => {
    const store = postgresStore({ connectionString: server.url, schema, statementTimeoutMs: 300, connectTimeoutMs: 1_000, ...options })
    return new AuditLog({ store, groupMs: 0, ackTimeoutMs: 1_500, onError: () => {} })
  }
  const client = async () => {
    const one = new pg.Client(server.url)
    one.on('error', () => {})
    await one.connect()
    return one
  }

  test('a lock that somebody holds: a typed error, and nothing is lost that was acknowledged', async () => {
    await using log = logOf('locked')
    await log.append({ kind: 'note' })
    const other = await client()
    await other.query('begin; lock table locked.audit_heads')
    await expect(log.append({ kind: 'note' })).rejects.toMatchObject({ code: expect.stringMatching(/^AUDIT_(STORE_BUSY|TIMEOUT)$/) })
    await other.query('rollback')
    await other.end()
    await log.append({ kind: 'note' })
    expect(await log.verify()).toMatchObject({ valid: true })
  })

  test('a slow commit holds up nobody else, and many who wait are bounded', async () => {
    const store = postgresStore({ connectionString: server.url, schema: 'slow' })
    await using log = new AuditLog({ store, groupMs: 0, maxPending: 5, onError: () => {} })
    await log.append({ kind: 'note' })
    const other = await client()
    await other.query('begin; lock table slow.audit_heads')
    const waiting = Array.from({ length: 5 }, () => log.append({ kind: 'note' }))
    await expect(log.append({ kind: 'note' })).rejects.toMatchObject({ code: 'AUDIT_BACKLOG', retryable: true })
    await other.query('rollback')
    await other.end()
    expect((await Promise.all(waiting)).map(({ seq }) => seq)).toEqual([2, 3, 4, 5, 6])
    // The entry before them says what was not taken.
    const kinds: unknown[] = []
    for await (const { kind, lost } of log.query()) kinds.push(lost ?? kind)
    expect(kinds).toContainEqual(expect.objectContaining({ count: 1, code: 'AUDIT_BACKLOG' }))
  })

  test('tables of a newer version are left alone', async () => {
    await logOf('newer').append({ kind: 'note' })
    const other = await client()
    await other.query("insert into newer.audit_migrations (name, timestamp) values ('999-later', 'now')")
    await other.end()
    await expect(logOf('newer').ready()).rejects.toMatchObject({ code: 'AUDIT_STORE_SCHEMA' })
  })

  test('who may not log in is told', async () => {
    const connectionString = server.url.replace(/:[0-9a-f]+@/, ':wrong@')
    await expect(logOf('x', { connectionString }).ready()).rejects.toMatchObject({ code: 'AUDIT_STORE_UNAVAILABLE' })
  })

  // The last one: it ends the server.
  test('a lost connection: entries are added again, and once', async () => {
    await using log = logOf('lost', { statementTimeoutMs: 5_000 })
    await log.append({ kind: 'note', data: 'before' })
    await server.crash()
    await expect(log.append({ kind: 'note', data: 'during' })).rejects.toMatchObject({
      code: expect.stringMatching(/^AUDIT_(STORE_UNAVAILABLE|TIMEOUT)$/),
    })
    await server.restart()
    const { seq } = await log.append({ kind: 'note', data: 'after' })
    const found = await log.verify()
    expect(found.damage).toBeUndefined()
    expect(found.entries).toBe(seq + 1)
    const kinds: unknown[] = []
    for await (const { kind, lost, data } of log.query()) kinds.push(lost?.count ?? data ?? kind)
    expect(kinds).toEqual(['before', 1, 'after'])
  })
})
