import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type CodeSignature,
  formatSignatureFile,
  generateKeyPair,
  type KeyPair,
  MemoryRegistryStore,
  type RequirementInput,
  signaturePolicy,
  signCode,
  SignerRegistry,
} from '../dist/index.js'

const code = 'return input * 2'
const names = ['ann', 'bob', 'cy', 'dee'] as const
const keys = {} as Record<(typeof names)[number] | 'eve' | 'next', KeyPair>
const by = {} as Record<keyof typeof keys, CodeSignature>
beforeAll(async () => {
  for (const name of [...names, 'eve', 'next'] as const) {
    keys[name] = await generateKeyPair()
    by[name] = await signCode(code, { privateKey: keys[name].privateKey, effect: 'double' })
  }
})

let registry: SignerRegistry
beforeEach(async () => {
  registry = new SignerRegistry()
  for (const name of names) await registry.add({ name, publicKey: keys[name].publicKey })
})

const verify = (signatures: unknown, require: RequirementInput = 1, at?: string) =>
  registry.verify(code, signatures, { require, effect: 'double', ...(at !== undefined && { at }) })

describe('m of n', () => {
  test('enough different signers, in any form', async () => {
    const both = [by.ann, by.cy]
    for (const given of [both, formatSignatureFile(both), JSON.parse(formatSignatureFile(both))]) {
      expect(await verify(given, { threshold: 2, signers: ['ann', 'bob', 'cy'] })).toMatchObject({
        accepted: true,
        threshold: 2,
        signers: ['ann', 'cy'],
      })
    }
    expect(await verify(by.dee)).toMatchObject({ accepted: true, signers: ['dee'] })
  })

  test.each([
    ['nothing', () => undefined, 1, 'UNSIGNED'],
    ['an empty list', () => [], 1, 'UNSIGNED'],
    ['too few', () => [by.ann], 2, 'THRESHOLD_NOT_MET'],
    ['one signer twice', () => [by.ann, by.ann], 2, 'SIGNER_DUPLICATE'],
    ['a stranger', () => [by.ann, by.eve], 2, 'SIGNER_UNKNOWN'],
    ['one who does not count here', () => [by.ann, by.dee], { threshold: 2, signers: ['ann', 'bob'] }, 'SIGNER_NOT_ALLOWED'],
    ['a requirement that nobody made', () => [by.ann], 'release', 'REQUIREMENT_UNKNOWN'],
    ['a name of every object', () => [by.ann], 'constructor', 'REQUIREMENT_UNKNOWN'],
    ['33 signatures', () => Array.from({ length: 33 }, () => by.ann), 1, 'TOO_MANY_SIGNATURES'],
    ['a file cut short', () => formatSignatureFile([by.ann]).slice(0, 200), 1, 'SIGNATURE_FORMAT'],
    ['a file without end', () => `[${' '.repeat(70_000)}]`, 1, 'SIGNATURE_FORMAT'],
    ['words', () => 'signed by ann', 1, 'SIGNATURE_FORMAT'],
  ])('%s', async (_, given, require, reason) => {
    const report = await verify(given(), require as RequirementInput)
    expect(report).toMatchObject({ accepted: false, reason, message: expect.any(String) })
  })

  test('a signature that does not hold takes nothing from those that do, and is told', async () => {
    const broken = { ...by.bob, effect: 'admin' }
    const report = await verify([broken, by.eve, 'junk', by.ann, by.bob], { threshold: 2, signers: ['ann', 'bob'] })
    expect(report).toMatchObject({ accepted: true, signers: ['ann', 'bob'] })
    expect(report.signatures.map(({ code, signer }) => [code, signer])).toEqual([
      ['SIGNATURE_WRONG', 'bob'],
      ['SIGNER_UNKNOWN', undefined],
      ['SIGNATURE_FORMAT', undefined],
      [undefined, 'ann'],
      [undefined, 'bob'],
    ])
  })

  test('two keys of one signer are one signer', async () => {
    await registry.rotate('ann', keys.next.publicKey, { oldNotAfter: '2099-01-01' })
    expect(await verify([by.ann, by.next], 2)).toMatchObject({ accepted: false, reason: 'SIGNER_DUPLICATE', signers: ['ann'] })
  })

  test('requirements are kept under names, for signers who are there', async () => {
    await registry.setRequirement('release', { threshold: 2, signers: ['ann', 'bob'] })
    expect(await verify([by.ann, by.bob], 'release')).toMatchObject({ accepted: true, threshold: 2 })
    expect(await verify([by.ann, by.cy], 'release')).toMatchObject({ accepted: false, reason: 'SIGNER_NOT_ALLOWED' })
    await expect(registry.setRequirement('odd', { threshold: 1, signers: ['zoe'] })).rejects.toMatchObject({ code: 'SIGNER_UNKNOWN' })
    await registry.removeRequirement('release')
    expect(await verify([by.ann, by.bob], 'release')).toMatchObject({ reason: 'REQUIREMENT_UNKNOWN' })
    await expect(registry.removeRequirement('release')).rejects.toMatchObject({ code: 'REQUIREMENT_UNKNOWN' })
  })

  test.each([
    [0, 'require'],
    [1.5, 'require'],
    [33, 'require'],
    [{ threshold: 3, signers: ['ann', 'bob'] }, 'require.threshold'],
    [{ threshold: 1, signers: [] }, 'require.signers'],
    [{ threshold: 1, signers: ['ann', 'ann'] }, 'require.signers'],
    [{ threshold: 1, signer: ['ann'] }, 'require'],
    ['no name at all', 'require'],
    [undefined, 'require'],
  ])('a requirement that makes no sense is a mistake: %j', (require, path) => {
    const make = () => signaturePolicy({ registry, require: require as RequirementInput })
    expect(make).toThrow(
      expect.objectContaining({ code: 'BEDDEL_INVALID_OPTION', details: expect.objectContaining({ path: expect.stringContaining(path) }) }),
    )
  })
})

describe('the time of keys', () => {
  test('a key counts within its window', async () => {
    await registry.add({ name: 'eve', publicKey: keys.eve.publicKey, notBefore: '2030-01-01', notAfter: '2031-01-01' })
    expect(await verify(by.eve, 1, '2029-12-31')).toMatchObject({ reason: 'SIGNER_NOT_YET_VALID' })
    expect(await verify(by.eve, 1, '2030-01-01')).toMatchObject({ accepted: true })
    expect(await verify(by.eve, 1, '2031-01-01')).toMatchObject({ reason: 'SIGNER_EXPIRED' })
  })

  test('after a rotation the successor counts, and the old key until its end', async () => {
    const { keys: both } = await registry.rotate('ann', keys.next.publicKey, { oldNotAfter: '2031-01-01' })
    expect(both).toMatchObject([{ successor: keys.next.keyId, notAfter: '2031-01-01T00:00:00.000Z' }, { keyId: keys.next.keyId }])
    expect(await verify(by.ann, { threshold: 1, signers: ['ann'] }, '2030-12-31')).toMatchObject({ accepted: true })
    expect(await verify(by.ann, 1, '2031-01-01')).toMatchObject({ reason: 'SIGNER_EXPIRED' })
    expect(await verify(by.next, { threshold: 1, signers: ['ann'] }, '2031-01-01')).toMatchObject({ accepted: true, signers: ['ann'] })
    await registry.rotate('bob', keys.eve.publicKey)
    expect(await verify(by.bob)).toMatchObject({ reason: 'SIGNER_EXPIRED' })
  })

  test('from its revocation on nothing of a key counts, or of a signer', async () => {
    await registry.rotate('ann', keys.next.publicKey, { oldNotAfter: '2099-01-01' })
    await registry.revoke(keys.ann.keyId, { reason: 'laptop stolen', at: '2030-01-01' })
    expect(await verify(by.ann, 1, '2029-12-31')).toMatchObject({ accepted: true })
    const report = await verify(by.ann, 1, '2030-01-01')
    expect(report).toMatchObject({ reason: 'SIGNER_REVOKED', message: expect.stringContaining('laptop stolen') })
    expect(await verify(by.next, 1, '2030-01-01')).toMatchObject({ accepted: true })
    await registry.revoke('ann', { reason: 'left' })
    expect(await verify(by.next)).toMatchObject({ reason: 'SIGNER_REVOKED' })
    await expect(registry.rotate('ann', keys.eve.publicKey)).rejects.toMatchObject({ code: 'SIGNER_REVOKED' })
  })

  test('a revocation cannot be put off', async () => {
    await registry.revoke('ann', { reason: 'first', at: '2030-01-01' })
    expect((await registry.revoke('ann', { reason: 'later', at: '2031-01-01' })).revoked).toMatchObject({ reason: 'first' })
    expect((await registry.revoke('ann', { reason: 'earlier', at: '2029-01-01' })).revoked).toMatchObject({ reason: 'earlier' })
  })
})

test('whom the registry has already, or does not have', async () => {
  await expect(registry.add({ name: 'ann', publicKey: keys.eve.publicKey })).rejects.toMatchObject({ code: 'SIGNER_EXISTS' })
  await expect(registry.add({ name: 'zoe', publicKey: keys.ann.publicKey })).rejects.toMatchObject({ code: 'SIGNER_EXISTS' })
  await expect(registry.rotate('ann', keys.bob.publicKey)).rejects.toMatchObject({ code: 'SIGNER_EXISTS' })
  await expect(registry.rotate('zoe', keys.eve.publicKey)).rejects.toMatchObject({ code: 'SIGNER_UNKNOWN' })
  await expect(registry.revoke('zoe', { reason: 'x' })).rejects.toMatchObject({ code: 'SIGNER_UNKNOWN' })
  await expect(registry.revoke('ann', { reason: '' })).rejects.toMatchObject({ code: 'BEDDEL_INVALID_OPTION' })
  await expect(registry.add({ name: 'a b', publicKey: keys.eve.publicKey })).rejects.toMatchObject({ code: 'BEDDEL_INVALID_OPTION' })
  const weak = Buffer.alloc(32).toString('base64')
  await expect(registry.add({ name: 'weak', publicKey: weak })).rejects.toMatchObject({ code: 'KEY_LOW_ORDER' })
})

describe('a registry that was edited by hand', () => {
  const edited = async (change: (text: string) => string) => {
    const store = new MemoryRegistryStore()
    const before = new SignerRegistry(store)
    await before.add({ name: 'ann', publicKey: keys.ann.publicKey })
    await store.update((text) => change(text as string))
    return new SignerRegistry(store)
  }
  const raw = (key: KeyPair) =>
    Buffer.from(key.publicKey.split('\n')[1] as string, 'base64')
      .subarray(12)
      .toString('base64')

  test.each([
    ['torn', (text: string) => text.slice(0, -20)],
    ['empty', () => ''],
    ['of another version', (text: string) => text.replace('/v1', '/v2')],
    ['with a field that is not known', (text: string) => text.replace('"name"', '"suspended": true, "name"')],
    ['with a key that is cut', (text: string) => text.replace(/"publicKey": "..../, '"publicKey": "')],
    ['with one key twice', (text: string) => text.replace(/(\{\s*"keyId"[^}]*\})/, '$1, $1')],
  ])('%s', async (_, change) => {
    const broken = await edited(change)
    await expect(broken.verify(code, by.ann, { require: 1 })).rejects.toMatchObject({ code: 'REGISTRY_DAMAGED' })
    await expect(broken.add({ name: 'bob', publicKey: keys.bob.publicKey })).rejects.toMatchObject({ code: 'REGISTRY_DAMAGED' })
    const run = { code, effect: { id: 'double' }, signatures: by.ann }
    expect(await signaturePolicy({ registry: broken, require: 1 }).check(run)).toMatchObject({
      allow: false,
      details: { reason: 'REGISTRY_DAMAGED' },
    })
  })

  test("another key under somebody's id", async () => {
    const swapped = await edited((text) => text.replace(raw(keys.ann), raw(keys.eve)))
    const forged = { ...by.eve, keyId: keys.ann.keyId }
    expect(await swapped.verify(code, forged, { require: 1 })).toMatchObject({ accepted: false, reason: 'KEY_MISMATCH' })
  })

  test('a key of low order', async () => {
    const weak = await edited((text) => text.replace(raw(keys.ann), Buffer.alloc(32).toString('base64')))
    expect(await weak.verify(code, by.ann, { require: 1 })).toMatchObject({ accepted: false, reason: 'KEY_LOW_ORDER' })
  })
})
