import type { webcrypto } from 'node:crypto'
import { expect, test } from 'vitest'
import { exportPrivateKey, exportPublicKey, generateKeyPair, type Jwk, keyIdOf, publicKeyOf, signCode, verifyCode } from '../dist/index.js'

const code = 'export default 1 + 1'

test('every form of a key is the same key', async () => {
  const pair = await generateKeyPair()
  const forms = await Promise.all((['pem', 'raw', 'jwk'] as const).map((format) => exportPrivateKey(pair.privateKey, format)))
  const publicForms = await Promise.all((['pem', 'raw', 'jwk'] as const).map((format) => exportPublicKey(pair.publicKey, format)))
  for (const privateKey of [...forms, JSON.stringify(forms[2]), Buffer.from(pair.privateKey)]) {
    const signature = await signCode(code, { privateKey })
    expect(signature.keyId).toBe(pair.keyId)
    expect(await publicKeyOf(privateKey)).toBe(pair.publicKey)
    for (const publicKey of publicForms) expect(await verifyCode(code, signature, { publicKey })).toMatchObject({ valid: true })
  }
  for (const given of [...publicForms, JSON.stringify(publicForms[2]), Buffer.from(publicForms[1] as Uint8Array).toString('base64')]) {
    expect(await keyIdOf(given)).toBe(pair.keyId)
    expect(await exportPublicKey(given)).toBe(pair.publicKey)
  }
})

test('generated in each form', async () => {
  const raw = await generateKeyPair('raw')
  expect([raw.publicKey.length, raw.privateKey.length]).toEqual([32, 32])
  expect(await publicKeyOf(raw.privateKey, 'raw')).toEqual(raw.publicKey)
  const jwk = await generateKeyPair('jwk')
  expect(jwk.privateKey).toMatchObject({ kty: 'OKP', crv: 'Ed25519', x: jwk.publicKey.x, d: expect.any(String) })
  expect(jwk.publicKey).not.toHaveProperty('d')
})

test('a WebCrypto key that cannot be extracted signs, if its public key is given too', async () => {
  const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
  await expect(signCode(code, { privateKey: pair.privateKey })).rejects.toMatchObject({ code: 'KEY_FORMAT' })
  const signature = await signCode(code, { privateKey: pair.privateKey, publicKey: pair.publicKey })
  expect(await verifyCode(code, signature, { publicKey: pair.publicKey })).toMatchObject({ valid: true })
})

test('a public key that is not that of the private one signs nothing', async () => {
  const [one, two] = [await generateKeyPair('jwk'), await generateKeyPair('jwk')]
  await expect(signCode(code, { privateKey: one.privateKey, publicKey: two.publicKey })).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
  const crossed: Jwk = { ...one.privateKey, x: two.publicKey.x as string }
  await expect(signCode(code, { privateKey: crossed })).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
})

const X25519 = '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEAhSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\n-----END PUBLIC KEY-----'

test.each([
  ['nothing', '', 'neither PEM'],
  ['words', 'my key', 'neither PEM'],
  ['another curve', X25519, 'no Ed25519 key'],
  ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'CERTIFICATE'],
  ['a JWK of another curve', { kty: 'EC', crv: 'P-256', x: 'AA' }, 'crv "Ed25519"'],
  ['a JWK cut short', { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }, '32 bytes'],
  ['no JSON', '{ "kty": ', 'no JSON'],
  ['a number', 5, 'is no key'],
])('%s is no public key', async (_, given, words) => {
  const error = await keyIdOf(given as never).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'KEY_FORMAT', message: expect.stringContaining(words) })
})

test('each half says so where it is taken for the other, and a broken private key is not quoted', async () => {
  const { publicKey, privateKey } = await generateKeyPair()
  await expect(keyIdOf(privateKey)).rejects.toThrow(/private one/)
  await expect(signCode(code, { privateKey: publicKey })).rejects.toThrow(/public one/)
  await expect(
    signCode(code, { privateKey: '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----' }),
  ).rejects.toThrow(/openssl pkey/)
  const { d } = await exportPrivateKey(privateKey, 'jwk')
  const error = await signCode(code, { privateKey: `{"d":"${d}" oops` }).catch((thrown: unknown) => thrown)
  expect(String(error)).not.toContain((d as string).slice(0, 6))
})

test('a form that is none is a mistake', async () => {
  await expect(generateKeyPair('der' as never)).rejects.toMatchObject({ code: 'BEDDEL_INVALID_OPTION', details: { path: 'format' } })
})
