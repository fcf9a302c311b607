import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Policy, SandboxAdapter } from '@beddel/sandbox-adapter'
import { AuditLog, generateAuditKey, hashValue, MemoryStore, sqliteStore, verifyProof } from '../dist/index.js'
import { temporaryFolder, toArray } from './helpers.js'

const keys = generateAuditKey()
const folder = temporaryFolder()
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const HOSTILE = '</td><script>alert(1)</script>"\'`&\u202e\u0000'

const policy: Policy = { name: 'no forbidden', check: ({ code }) => ({ allow: !code.includes('forbidden') }) }
const SOURCES = { good: 'input.secret.length', refused: 'forbidden()', limit: 'for (;;);', thrown: 'throw new Error(input.secret)' }

describe('runs of an adapter', () => {
  const audit = new AuditLog({ store: sqliteStore({ file: join(folder, 'audit.sqlite') }), key: keys.privateKey })
  const sandbox = new SandboxAdapter({ audit, policies: [policy], timeoutMs: 4_000, tenant: 'acme' })
  const input = { secret: 'hunter2hunter2' }
  const ids: Record<string, string> = {}
  let html = ''

  beforeAll(async () => {
    for (const [name, source] of Object.entries(SOURCES)) {
      const options = { input, who: HOSTILE, effect: { id: `effect ${name}` }, ...(name === 'limit' && { timeoutMs: 100 }) }
      ids[name] = (await sandbox.tryRun(source, options)).executionId
    }
    await audit.flush()
    html = await audit.report({ title: HOSTILE })
  }, 30_000)
  afterAll(async () => {
    await sandbox.dispose()
    await audit.close()
  })

  test.each([
    ['good', 'ok'],
    ['refused', 'BEDDEL_POLICY'],
    ['limit', 'BEDDEL_TIMEOUT'],
    ['thrown', 'BEDDEL_GUEST_THROWN'],
  ] as const)('the run %s is found, in the report, proven, and known by its code', async (name, ending) => {
    const [entry, ...others] = await toArray(audit.query({ codeHash: sha256(SOURCES[name]) }))
    expect(others).toEqual([])
    if (entry === undefined) throw new Error('it is not there')
    expect(entry).toMatchObject({ executionId: ids[name], effect: `effect ${name}`, tenant: 'acme', input: { hash: hashValue(input) } })
    expect(await toArray(audit.query({ ending, effect: `effect ${name}` }))).toEqual([entry])
    for (const shown of [entry.executionId, entry.code?.hash, ending, `effect ${name}`]) expect(html).toContain(String(shown))
    const proof = await audit.prove(entry.chain.seq)
    expect(verifyProof(proof, { trustedKeys: [keys.publicKey] })).toEqual({ valid: true, trusted: true })
  })

  test('no value is in the log: not the input, the result, the code, or what the guest threw', async () => {
    const text = JSON.stringify(await toArray(audit.query()))
    for (const hidden of ['hunter2', 'forbidden', 'for (;;)', 'throw new'])
      expect(text.replaceAll('no forbidden', '')).not.toContain(hidden)
  })

  test('the report is whole by itself, and nothing in it is markup of somebody else', () => {
    expect(html).toContain('The log is whole.')
    expect(html.match(/<svg /g)?.length).toBe(3)
    expect(html).not.toMatch(/<script|src=|href=|url\(|@import|https?:/i)
    for (const hidden of ['\0', '\u202e']) expect(html).not.toContain(hidden)
    expect(html).toContain('&#60;/td&#62;&#60;script&#62;')
    // Every tag is one of ours, and all are closed.
    const open: string[] = []
    for (const [, close, tag = '', rest] of html.matchAll(/<(\/?)([a-z0-9]+)((?:"[^"]*"|[^">])*)>/g)) {
      if (['meta', 'line'].includes(tag) || rest?.endsWith('/')) continue
      if (close === '/') expect(open.pop()).toBe(tag)
      else open.push(tag)
    }
    expect(open).toEqual([])
  })
})

test('a report says what is damaged, and by whom nothing was signed', async () => {
  const store = new MemoryStore()
  const log = new AuditLog({ store, groupMs: 0 })
  for (let i = 0; i < 300; i++) {
    await log.append({
      kind: 'run',
      time: i * 86_400_000 * (i % 7),
      effect: `e${i % 3}`,
      durationMs: i * 40,
      ending: i % 2 ? { success: true } : { success: false, code: 'OF_SOMEBODY' },
    })
  }
  expect(await log.report()).toContain('No checkpoint vouches for it')
  expect(await log.report({ filter: { effect: 'e1' } })).toContain('Only effect = <code>e1</code>')
  const [row] = await store.read('main', { from: 7, to: 8, limit: 1 })
  if (row !== undefined) row.body = row.body.replace('e1', 'e2')
  const html = await log.report()
  expect(html).toContain('The log is damaged.')
  expect(html).toContain('entry 7')
  expect(await new AuditLog({ store: new MemoryStore() }).report()).toContain('No runs.')
})

test('what is kept is what was asked for, redacted by path', async () => {
  const audit = new AuditLog({
    store: new MemoryStore(),
    groupMs: 0,
    keep: { code: true, input: true, result: true, messages: true },
    redact: ['input.secret', '**.token', 'result.*.pin'],
  })
  await using sandbox = new SandboxAdapter({ audit, policies: [policy] })
  const input = { secret: 'x', user: { token: 'y', name: 'n', big: 12n, when: new Date(5) } }
  await sandbox.run('[{ pin: 1, n: input.user.name, m: new Map([[1, 2]]) }]', { input })
  await sandbox.tryRun('throw new Error("hello")')
  await sandbox.tryRun('forbidden()')
  const changing = { n: 1 }
  const hostFunctions = { change: () => void (changing.n = 2) }
  expect(await sandbox.run('await change(); return input.n', { input: changing, hostFunctions })).toBe(1)
  await audit.flush()
  const [first, second, third, fourth] = await toArray(audit.query())
  expect(first?.values).toEqual({
    code: '[{ pin: 1, n: input.user.name, m: new Map([[1, 2]]) }]',
    input: {
      secret: '[redacted]',
      user: { token: '[redacted]', name: 'n', big: { $: 'bigint', value: '12' }, when: { $: 'Date', value: '5' } },
    },
    result: [{ pin: '[redacted]', n: 'n', m: { $: 'Map', value: [[1, 2]] } }],
  })
  expect(second?.ending?.message).toContain('hello')
  expect(third?.policies?.[0]?.reason).toContain('refused')
  // The host has changed it: what is kept would not be what the guest had.
  expect(fourth?.values).not.toHaveProperty('input')
  expect(fourth?.input?.hash).toBe(hashValue({ n: 1 }))
  expect((await audit.verify()).valid).toBe(true)
})

test('a log that is required: both stages, and no run where the store fails', async () => {
  class Broken extends MemoryStore {
    fails = false
    override append(...args: Parameters<MemoryStore['append']>) {
      return this.fails ? Promise.reject(new Error('the disk is gone')) : super.append(...args)
    }
  }
  const store = new Broken()
  const audit = new AuditLog({ store, groupMs: 0, required: true, onError: () => {} })
  await using sandbox = new SandboxAdapter({ audit })
  expect(await sandbox.run('1')).toBe(1)
  expect((await toArray(audit.query())).map(({ stage }) => stage)).toEqual(['start', 'end'])
  expect(await toArray(audit.query({ ending: 'started' }))).toHaveLength(1)
  store.fails = true
  await expect(sandbox.run('2')).rejects.toMatchObject({ code: 'BEDDEL_POLICY', details: { audit: 'AUDIT_STORE_FAILED' } })
  store.fails = false
  expect(await sandbox.run('3')).toBe(3)
  const entries = await toArray(audit.query())
  expect(entries.find(({ kind }) => kind === 'lost')?.lost).toMatchObject({ code: 'AUDIT_STORE_FAILED' })
})
