import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AuditStore, MemoryStore, sqliteStore } from '../dist/index.js'
import { STORE_TESTS, testStore } from '../dist/suite.js'
import { temporaryFolder } from './helpers.js'

describe('memory', () => {
  const store = new MemoryStore()
  test.each(STORE_TESTS)('$name', ({ run }) => run(async () => store))
})

describe('SQLite', () => {
  const file = join(temporaryFolder(), 'suite.sqlite')
  const opened: AuditStore[] = []
  const open = async () => {
    const store = sqliteStore({ file })
    await store.open()
    opened.push(store)
    return store
  }
  afterAll(() => Promise.all(opened.map((store) => store.close())))
  test.each(STORE_TESTS)('$name', ({ run }) => run(open))
})

/** A store that loses what it should chain. */
class Leaky extends MemoryStore {
  override async append(...[log, seal]: Parameters<MemoryStore['append']>) {
    return super.append(log, (head) => seal({ ...head, size: 0, frontier: '' }))
  }
}

describe('the suite', () => {
  let failures: { name: string }[] = []
  beforeAll(async () => {
    failures = await testStore(async () => new Leaky())
  })
  test('fails a store that does not hold', () => {
    expect(failures.map(({ name }) => name)).toContain('gives the next transaction the head of the last one')
  })
})
