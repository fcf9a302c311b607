import { startPostgres } from '../../../scripts/start-postgres.mjs'
import { Contender } from '../contender.ts'
import type { Figure, Row } from '../figure.ts'
import { compare, interleave } from '../rounds.ts'
import { median } from '../timing.ts'

const AT_ONCE = 16

export const audit: Figure = {
  name: 'audit',
  title: 'Audit log',
  against: 'the same stores and transactions without canonical JSON, hashes and tree; the adapter without a log',
  must: '0.7×; 0.9×; 150 000 entries/s',
  aim: '0.85×; 0.95×; 200 000',
  async measure({ count, spanMs, manyRuns }) {
    const server = await startPostgres()
    try {
      process.env.BEDDEL_BENCH_POSTGRES = server.url
      await using stores = new Contender('audit')
      await using logged = new Contender('beddel-audit')
      await using bare = new Contender('beddel')
      const numbers = await interleave(count, {
        sqliteChained: () => stores.measure('sqliteChained', spanMs),
        sqlitePlain: () => stores.measure('sqlitePlain', spanMs),
        postgresChained: () => stores.measure('postgresChained', spanMs),
        postgresPlain: () => stores.measure('postgresPlain', spanMs),
        verified: () => stores.measure('verifyPerSecond', manyRuns * 5),
        logged: () => logged.measure('freshPerSecond', spanMs * 2, AT_ONCE),
        bare: () => bare.measure('freshPerSecond', spanMs * 2, AT_ONCE),
      })
      const appended = { against: 'without a chain', unit: 'entries/s', better: 'more', must: 0.7, aim: 0.85 } as const
      const verified: Row = {
        what: 'verification in memory',
        against: '–',
        unit: 'entries/s',
        better: 'more',
        ours: median(numbers.verified),
        held: median(numbers.verified),
        must: 150_000,
        aim: 200_000,
      }
      return [
        compare(numbers.sqliteChained, numbers.sqlitePlain, { ...appended, what: 'appended in groups, SQLite' }),
        compare(numbers.postgresChained, numbers.postgresPlain, { ...appended, what: 'appended in groups, PostgreSQL' }),
        compare(numbers.logged, numbers.bare, {
          what: 'fresh runs with a log in SQLite',
          against: 'the adapter without a log',
          unit: 'runs/s',
          better: 'more',
          must: 0.9,
          aim: 0.95,
        }),
        verified,
      ]
    } finally {
      await server.stop()
    }
  },
}
