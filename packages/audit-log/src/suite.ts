import assert from 'node:assert/strict'
import { AuditError } from './audit-error.js'
import { signCheckpoint } from './checkpoint.js'
import { emptyHead, GENESIS, type Head, type Sealed, seal, type StoredEntry } from './entry.js'
import { generateAuditKey, privateKeyOf } from './keys.js'
import { type AuditRecord, draftOf } from './record.js'
import type { AuditStore } from './store.js'
import { verifyStore } from './verify.js'

/** One thing that every store must do. */
export interface StoreTest {
  name: string
  /** `open` gives an opened store; each call in one test gives the same data, if the store outlives its object, or the same object. */
  run(open: () => Promise<AuditStore>): Promise<void>
}

const draft = (record: Partial<AuditRecord> = {}) => draftOf({ kind: 'run', time: 1_000, ...record })
const all = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10_000 }

async function add(store: AuditStore, log: string, records: Partial<AuditRecord>[]): Promise<Sealed> {
  return store.append(log, (head) => seal(log, head, records.map(draft)))
}

const key = () => privateKeyOf(generateAuditKey().privateKey)

/** What a store must do to keep a log. Each test uses logs of its own, so a store may be used for all of them. */
export const STORE_TESTS: readonly StoreTest[] = [
  {
    name: 'knows nothing of a log that was never written',
    async run(open) {
      const store = await open()
      assert.equal(await store.tail('never'), undefined)
      assert.deepEqual(await store.read('never', all), [])
      assert.deepEqual(await store.checkpoints('never', 0, 10), [])
      assert.ok(!(await store.logs()).includes('never'))
    },
  },
  {
    name: 'gives back what was added, byte for byte',
    async run(open) {
      const store = await open()
      const odd = 'ä\u0000\u2028"\\\ud83d\ude00 '.repeat(3)
      const { rows, head } = await add(store, 'bytes', [
        { tenant: odd, who: 'alice', durationMs: 0.125, code: { hash: 'c', bytes: 1 } },
        { kind: 'note', time: 8_640_000_000_000_000, data: { text: odd, big: 2 ** 53 - 1, tiny: 5e-324 } },
      ])
      assert.deepEqual(await store.read('bytes', all), rows)
      assert.deepEqual(await store.tail('bytes'), { head, last: 1 })
      assert.deepEqual(await (await open()).read('bytes', all), rows)
    },
  },
  {
    name: 'gives the next transaction the head of the last one',
    async run(open) {
      const store = await open()
      const heads: Head[] = []
      for (let i = 0; i < 3; i++) {
        await store.append('heads', (head) => {
          heads.push(head)
          return seal('heads', head, [draft(), draft()])
        })
      }
      assert.deepEqual(heads[0], emptyHead())
      assert.deepEqual(
        heads.map(({ size }) => size),
        [0, 2, 4],
      )
      assert.ok((await verifyStore(store, 'heads')).valid)
    },
  },
  {
    name: 'keeps one chain where many add at once',
    async run(open) {
      const stores = [await open(), await open()]
      await Promise.all(Array.from({ length: 40 }, (_, i) => add(stores[i % 2] as AuditStore, 'many', [{ data: i }, { data: -i }])))
      const found = await verifyStore(stores[0] as AuditStore, 'many')
      assert.deepEqual([found.damage, found.entries], [undefined, 80])
    },
  },
  {
    name: 'adds nothing where sealing throws',
    async run(open) {
      const store = await open()
      await add(store, 'throws', [{}])
      await assert.rejects(
        store.append('throws', () => {
          throw new AuditError('AUDIT_RECORD', 'no')
        }),
        (error) => AuditError.isInstance(error) && error.code === 'AUDIT_RECORD',
      )
      assert.equal((await store.tail('throws'))?.head.size, 1)
      await add(store, 'throws', [{}])
      assert.equal((await verifyStore(store, 'throws')).entries, 2)
    },
  },
  {
    name: 'does not add again what an attempt has added whose end was not known',
    async run(open) {
      const store = await open()
      const sealed = await add(store, 'again', [{}, {}])
      const answer = await store.append('again', (head) => seal('again', head, [draft(), draft()]), sealed)
      assert.deepEqual(answer.rows, sealed.rows)
      assert.equal((await store.tail('again'))?.head.size, 2)
      // An attempt that has left nothing is made.
      const { rows } = seal('again', (await store.tail('again'))?.head as Head, [draft({ data: 'never written' })])
      await store.append('again', (head) => seal('again', head, [draft()]), { rows, head: sealed.head })
      assert.equal((await store.tail('again'))?.head.size, 3)
    },
  },
  {
    name: 'keeps logs apart',
    async run(open) {
      const store = await open()
      await add(store, 'apart-a', [{}])
      await add(store, 'apart-b', [{}, {}])
      assert.equal((await store.read('apart-a', all)).length, 1)
      assert.equal((await store.read('apart-b', all)).length, 2)
      const logs = await store.logs()
      assert.ok(logs.includes('apart-a') && logs.includes('apart-b'))
    },
  },
  {
    name: 'reads a page: its range, its limit, its order',
    async run(open) {
      const store = await open()
      await add(
        store,
        'page',
        Array.from({ length: 25 }, (_, data) => ({ data })),
      )
      const numbers = async (from: number, to: number, limit: number) =>
        (await store.read('page', { from, to, limit })).map(({ seq }) => seq)
      assert.deepEqual(await numbers(3, 7, 100), [3, 4, 5, 6])
      assert.deepEqual(await numbers(3, 100, 2), [3, 4])
      assert.deepEqual(await numbers(24, 100, 2), [24])
      assert.deepEqual(await numbers(25, 100, 2), [])
    },
  },
  {
    name: 'reads what meets a filter',
    async run(open) {
      const store = await open()
      await add(store, 'filter', [
        {
          time: 1,
          tenant: 'a',
          effect: 'e',
          who: 'w',
          engine: 'x',
          executionId: 'i',
          code: { hash: 'h', bytes: 1 },
          ending: { success: true },
        },
        { time: 2, tenant: 'b', ending: { success: false, code: 'BEDDEL_TIMEOUT' } },
        { time: 3, tenant: 'a', stage: 'start' },
        { time: 4, kind: 'note' },
      ])
      const found = async (filter: object) => (await store.read('filter', { ...all, filter })).map(({ seq }) => seq)
      assert.deepEqual(await found({ tenant: 'a' }), [0, 2])
      assert.deepEqual(await found({ tenant: 'a', effect: 'e', who: 'w', engine: 'x', executionId: 'i', codeHash: 'h', ending: 'ok' }), [0])
      assert.deepEqual(await found({ ending: 'BEDDEL_TIMEOUT' }), [1])
      assert.deepEqual(await found({ ending: 'failed' }), [1])
      assert.deepEqual(await found({ ending: 'started' }), [2])
      assert.deepEqual(await found({ since: 2, until: 4 }), [1, 2])
      assert.deepEqual(await found({ kind: 'note' }), [3])
      assert.deepEqual(await found({ tenant: "' or 1=1 --" }), [])
    },
  },
  {
    name: 'keeps checkpoints in their order, and the first of two',
    async run(open) {
      const store = await open()
      const signer = key()
      const { head } = await add(store, 'signed', [{}, {}])
      const two = signCheckpoint('signed', head, signer, 5)
      const one = signCheckpoint('signed', { ...head, size: 1, frontier: seal('signed', emptyHead(), [draft()]).head.frontier }, signer, 4)
      const another = signCheckpoint('signed', head, key(), 6)
      for (const checkpoint of [two, one, another, { ...two, time: 7 }]) await store.addCheckpoint(checkpoint)
      const sizes = (await store.checkpoints('signed', 0, 10)).map(({ size, time }) => [size, time])
      assert.deepEqual(sizes.map(String).toSorted(), ['1,4', '2,5', '2,6'])
      assert.deepEqual(sizes[0], [1, 4])
      assert.deepEqual(await store.checkpoints('signed', 0, 1), [one])
      assert.equal((await store.checkpoints('signed', 2, 10)).length, 2)
    },
  },
  {
    name: 'removes what is before a base, and remembers the base',
    async run(open) {
      const store = await open()
      const signer = key()
      const first = await add(store, 'pruned', [{}, {}, {}])
      await store.addCheckpoint(signCheckpoint('pruned', first.head, signer))
      await add(store, 'pruned', [{ kind: 'retention', retention: { to: 3, reason: 'test' } }])
      const { size, hash, frontier } = first.head
      assert.equal(await store.prune('pruned', { size, hash, frontier }), 3)
      assert.equal(await store.prune('pruned', { size, hash, frontier }), 0)
      assert.deepEqual(
        (await store.read('pruned', all)).map(({ seq }) => seq),
        [3],
      )
      await add(store, 'pruned', [{}])
      const found = await verifyStore(await open(), 'pruned')
      assert.deepEqual([found.damage, found.pruned, found.entries], [undefined, 3, 2])
    },
  },
  {
    name: 'begins a log at a base, once',
    async run(open) {
      const store = await open()
      await store.begin('begun', { size: 1, hash: 'a'.repeat(64), frontier: 'b'.repeat(64) })
      const heads: Head[] = []
      await store.append('begun', (head) => {
        heads.push(head)
        return { rows: [] as StoredEntry[], head }
      })
      assert.deepEqual([heads[0]?.size, heads[0]?.hash, heads[0]?.base.size], [1, 'a'.repeat(64), 1])
      await assert.rejects(
        store.begin('begun', { size: 0, hash: GENESIS, frontier: '' }),
        (error) => AuditError.isInstance(error) && error.code === 'AUDIT_IMPORT',
      )
    },
  },
]

/** Runs all of them over a store; gives those that failed. */
export async function testStore(open: () => Promise<AuditStore>): Promise<{ name: string; error: unknown }[]> {
  const failures: { name: string; error: unknown }[] = []
  for (const { name, run } of STORE_TESTS) {
    try {
      await run(open)
    } catch (error) {
      failures.push({ name, error })
    }
  }
  return failures
}
