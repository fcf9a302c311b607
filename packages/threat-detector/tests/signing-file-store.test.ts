import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FileRegistryStore, generateKeyPair, signCode, SignerRegistry } from '../dist/index.js'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beddel-signers-'))
  path = join(folder, 'signers.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Patient: how long others take is not what is tested. */
const registryAt = (options = { lockTimeoutMs: 20_000 }): SignerRegistry => new SignerRegistry(new FileRegistryStore(path, options))
const WRITER = fileURLToPath(new URL('fixtures/registry-writer.mjs', import.meta.url))
const lock = (holder: object): void => writeFileSync(`${path}.lock`, JSON.stringify({ id: 'an-id', since: 'then', ...holder }))
/** The id of a process that is no more. */
const goneId = (): number => spawnSync(process.execPath, ['-e', '']).pid

test('several processes write at once, and nothing of it is lost', async () => {
  const [writers, each] = [3, 6]
  const children = Array.from({ length: writers }, (_, i) => fork(WRITER, [path, `w${i}`, String(each)]))
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number))
  expect(codes).toEqual(Array.from({ length: writers }, () => 0))
  const { signers } = await registryAt().data()
  const wanted = Array.from({ length: writers * each }, (_, i) => `w${Math.floor(i / each)}-${i % each}`)
  expect(signers.map(({ name }) => name).sort()).toEqual(wanted.sort())
  expect(readdirSync(folder)).toEqual(['signers.json'])
})

test('several registries of one process do the same', async () => {
  const pairs = await Promise.all(Array.from({ length: 6 }, () => generateKeyPair()))
  await Promise.all(pairs.map(({ publicKey }, i) => registryAt().add({ name: `n${i}`, publicKey })))
  expect((await registryAt().data()).signers).toHaveLength(pairs.length)
})

test('a writer that is killed at any moment leaves a whole registry, and no lock that holds', async () => {
  for (let i = 0; i < 3; i++) {
    const child = fork(WRITER, [path, `killed${i}`, '10000'])
    await once(child, 'message')
    await new Promise((resolve) => setTimeout(resolve, i * 11))
    child.kill('SIGKILL')
    await once(child, 'exit')
    await registryAt().add({ name: `after${i}`, publicKey: (await generateKeyPair()).publicKey })
  }
  const { signers } = await registryAt().data()
  expect(signers.filter(({ name }) => name.startsWith('after'))).toHaveLength(3)
})

test('a change that another process made counts at the next question', async () => {
  const [here, there] = [registryAt(), registryAt()]
  const { publicKey, privateKey } = await generateKeyPair()
  await here.add({ name: 'ann', publicKey })
  const signature = await signCode('1', { privateKey })
  expect((await there.verify('1', signature, { require: 1 })).accepted).toBe(true)
  await here.revoke('ann', { reason: 'left' })
  expect(await there.verify('1', signature, { require: 1 })).toMatchObject({ accepted: false, reason: 'SIGNER_REVOKED' })
})

test('a torn file is an error that names it, and is not written over', async () => {
  await registryAt().add({ name: 'ann', publicKey: (await generateKeyPair()).publicKey })
  const whole = readFileSync(path)
  for (const length of [0, whole.length >> 1, whole.length - 3]) {
    writeFileSync(path, whole.subarray(0, length))
    const { publicKey } = await generateKeyPair()
    const expected = expect.objectContaining({ code: 'REGISTRY_DAMAGED', message: expect.stringContaining(path) })
    await expect(registryAt().data()).rejects.toThrow(expected)
    await expect(registryAt().add({ name: 'bob', publicKey })).rejects.toThrow(expected)
    expect(statSync(path).size).toBe(length)
  }
  writeFileSync(path, Buffer.from([0xff, 0xfe, 0x00]))
  await expect(registryAt().data()).rejects.toMatchObject({ code: 'REGISTRY_DAMAGED' })
})

test('the lock of a process that is gone is taken away, by one of many', async () => {
  const pairs = await Promise.all(Array.from({ length: 4 }, () => generateKeyPair()))
  lock({ pid: goneId(), host: hostname() })
  await Promise.all(pairs.map(({ publicKey }, i) => registryAt().add({ name: `n${i}`, publicKey })))
  expect((await registryAt().data()).signers).toHaveLength(pairs.length)
  expect(readdirSync(folder)).toEqual(['signers.json'])
})

test.each([
  ['a process that lives', () => lock({ pid: process.pid, host: hostname() }), `process ${process.pid}`],
  ['a process of another machine', () => lock({ pid: goneId(), host: 'elsewhere' }), 'elsewhere'],
  ['nobody can tell', () => writeFileSync(`${path}.lock`, ''), 'somebody'],
])('a lock that is held by %s ends the wait, and says so', async (_, hold, words) => {
  hold()
  const { publicKey } = await generateKeyPair()
  const error = await registryAt({ lockTimeoutMs: 60 })
    .add({ name: 'ann', publicKey })
    .catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'REGISTRY_LOCKED', message: expect.stringContaining(words) })
  expect(String(error)).toContain(`${path}.lock`)
  expect([existsSync(path), existsSync(`${path}.lock`)]).toEqual([false, true])
  // Reading takes no lock.
  expect((await registryAt().data()).signers).toEqual([])
})

test('who may read the file stays as it was, and a link stays a link', async () => {
  await registryAt().add({ name: 'ann', publicKey: (await generateKeyPair()).publicKey })
  chmodSync(path, 0o640)
  const link = join(folder, 'link.json')
  symlinkSync(path, link)
  await new SignerRegistry(new FileRegistryStore(link)).add({ name: 'bob', publicKey: (await generateKeyPair()).publicKey })
  expect((await registryAt().data()).signers).toHaveLength(2)
  expect(statSync(path).mode & 0o777).toBe(0o640)
  expect(readFileSync(link, 'utf8')).toBe(readFileSync(path, 'utf8'))
})

test('a folder that is not there is an error of its own', async () => {
  const lost = new SignerRegistry(new FileRegistryStore(join(folder, 'gone/signers.json')))
  await expect(lost.add({ name: 'ann', publicKey: (await generateKeyPair()).publicKey })).rejects.toMatchObject({ code: 'ENOENT' })
})
