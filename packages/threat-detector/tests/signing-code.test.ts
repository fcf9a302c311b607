import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type CodeSignature,
  type Expected,
  formatSignatureFile,
  generateKeyPair,
  type KeyPair,
  parseSignatureFile,
  signCode,
  signedMessage,
  SIGNING_CODES,
  statementOf,
  verifyCode,
} from '../dist/index.js'
import { L } from '../src/signing/curve.js'

const code = 'export default (input) => input.total * 1.2 // ✓'
const window = { notBefore: '2026-01-01', notAfter: '2027-01-01T00:00:00+01:00' }
let ann: KeyPair
let bob: KeyPair
let signature: CodeSignature
beforeAll(async () => {
  ann = await generateKeyPair()
  bob = await generateKeyPair()
  signature = await signCode(code, { privateKey: ann.privateKey, effect: 'vat', version: '1.2.0', ...window })
})

const verdict = async (given: unknown, expected: Expected = {}, source = code, publicKey = ann.publicKey) =>
  verifyCode(source, given as CodeSignature, { publicKey, at: '2026-06-01', ...expected })

test('what was signed is told', async () => {
  expect(await verdict(signature, { effect: 'vat', version: '1.2.0' })).toEqual({
    valid: true,
    statement: {
      keyId: ann.keyId,
      codeSha256: signature.codeSha256,
      effect: 'vat',
      version: '1.2.0',
      notBefore: '2026-01-01T00:00:00.000Z',
      notAfter: '2026-12-31T23:00:00.000Z',
    },
  })
})

test('what is signed is pinned byte for byte', async () => {
  const statement = await statementOf('1 + 1\n', ann.publicKey, { version: '2 "x"', effect: 'é', notAfter: '2030-01-01' })
  const [domain, json, ...source] = new TextDecoder().decode(signedMessage('1 + 1\n', statement)).split('\n')
  expect(domain).toBe('beddel.code-signature/v1')
  expect(json).toBe(
    `{"codeSha256":"${statement.codeSha256}","effect":"é","keyId":"${ann.keyId}","notAfter":"2030-01-01T00:00:00.000Z","version":"2 \\"x\\""}`,
  )
  expect(source).toEqual(['1 + 1', ''])
})

/** S + L: the equation of the curve holds for it as well. */
function malleable(text: string): string {
  const bytes = Buffer.from(text, 'base64')
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + L
  Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse().copy(bytes, 32)
  return bytes.toString('base64')
}

describe('refused', () => {
  const with_ = (change: Partial<Record<keyof CodeSignature | 'more', unknown>>) => (): unknown => ({ ...signature, ...change })
  const cut = (from: number, to: number) => Buffer.from(signature.signature, 'base64').subarray(from, to).toString('base64')
  const R = (hex: string) =>
    Buffer.concat([Buffer.from(hex, 'hex'), Buffer.from(signature.signature, 'base64').subarray(32)]).toString('base64')

  test.each([
    ['a truncated signature', () => with_({ signature: cut(0, 63) })(), 'SIGNATURE_LENGTH'],
    ['an empty one', with_({ signature: '' }), 'SIGNATURE_LENGTH'],
    ['a malleable one', () => with_({ signature: malleable(signature.signature) })(), 'SIGNATURE_MALLEABLE'],
    ['R of low order', () => with_({ signature: R(`01${'00'.repeat(31)}`) })(), 'SIGNATURE_LOW_ORDER'],
    ['R not canonical', () => with_({ signature: R(`f1${'ff'.repeat(30)}7f`) })(), 'SIGNATURE_NOT_CANONICAL'],
    ['another effect in the metadata', with_({ effect: 'admin' }), 'SIGNATURE_WRONG'],
    ['another version in the metadata', with_({ version: '9.9.9' }), 'SIGNATURE_WRONG'],
    ['no effect in the metadata', with_({ effect: undefined, version: undefined }), 'SIGNATURE_WRONG'],
    ['a later end in the metadata', with_({ notAfter: '2099-01-01T00:00:00.000Z' }), 'SIGNATURE_WRONG'],
    ['no end in the metadata', with_({ notAfter: undefined }), 'SIGNATURE_WRONG'],
    ['an earlier begin in the metadata', with_({ notBefore: '2020-01-01T00:00:00.000Z' }), 'SIGNATURE_WRONG'],
    ['another key named', () => with_({ keyId: bob.keyId })(), 'KEY_MISMATCH'],
    ['a hash of another source', with_({ codeSha256: 'a'.repeat(64) }), 'CODE_MISMATCH'],
    ['base64 written another way', () => with_({ signature: `${signature.signature.slice(0, -2)}\n==` })(), 'SIGNATURE_FORMAT'],
    ['a field that nobody has signed', with_({ more: 1 }), 'SIGNATURE_FORMAT'],
    ['a time in words', with_({ notAfter: 'tomorrow' }), 'SIGNATURE_FORMAT'],
    ['a version of no effect', with_({ effect: undefined }), 'SIGNATURE_FORMAT'],
    ['a number', () => 5, 'SIGNATURE_FORMAT'],
    ['nothing', () => null, 'SIGNATURE_FORMAT'],
  ])('%s', async (_, given, reason) => {
    expect(await verdict(given())).toMatchObject({ valid: false, code: reason, message: expect.any(String) })
  })

  test.each([
    ['run as another effect', { effect: 'admin' }, 'EFFECT_MISMATCH'],
    ['run as no effect', { effect: null }, 'EFFECT_MISMATCH'],
    ['run as another version', { effect: 'vat', version: '1.1.0' }, 'VERSION_MISMATCH'],
    ['a moment before it counts', { at: '2025-12-31T23:59:59.999Z' }, 'SIGNATURE_NOT_YET_VALID'],
    ['at the moment when it ends', { at: '2026-12-31T23:00:00Z' }, 'SIGNATURE_EXPIRED'],
  ])('%s', async (_, expected, reason) => {
    expect(await verdict(signature, expected)).toMatchObject({ valid: false, code: reason })
  })

  test('at the very moments between which it counts it is taken', async () => {
    expect(await verdict(signature, { at: '2026-01-01' })).toMatchObject({ valid: true })
    expect(await verdict(signature, { at: '2026-12-31T22:59:59.999Z' })).toMatchObject({ valid: true })
  })

  test.each([
    ['a changed source', `${code} `, 'CODE_MISMATCH'],
    ['other line ends', `${code}\r`, 'CODE_MISMATCH'],
    ['a byte order mark', `\uFEFF${code}`, 'CODE_MISMATCH'],
  ])('%s', async (_, source, reason) => {
    expect(await verdict(signature, {}, source)).toMatchObject({ valid: false, code: reason })
  })

  test('a source that UTF-8 cannot tell from another one', async () => {
    const lone = await signCode('"\uFFFD"', { privateKey: ann.privateKey })
    expect(await verdict(lone, {}, '"\uFFFD"')).toMatchObject({ valid: true })
    expect(await verdict(lone, {}, '"\uD800"')).toMatchObject({ valid: false, code: 'CODE_NOT_WELL_FORMED' })
    await expect(signCode('"\uD800"', { privateKey: ann.privateKey })).rejects.toMatchObject({ code: 'CODE_NOT_WELL_FORMED' })
  })

  test('the signature of another key under this one’s name', async () => {
    const forged = { ...(await signCode(code, { privateKey: bob.privateKey })), keyId: ann.keyId }
    expect(await verdict(forged)).toMatchObject({ valid: false, code: 'SIGNATURE_WRONG' })
  })

  test('a key of low order, before WebCrypto sees it', async () => {
    const weak = Buffer.from(`01${'00'.repeat(31)}`, 'hex').toString('base64')
    expect(await verdict(signature, {}, code, weak)).toMatchObject({ valid: false, code: 'KEY_LOW_ORDER' })
  })
})

test.each([
  [{ effect: '' }, 'effect'],
  [{ effect: 'x'.repeat(201) }, 'effect'],
  [{ effect: '\uD800' }, 'effect'],
  [{ version: '1' }, 'version'],
  [{ notBefore: '2026-01-01T00:00' }, 'notBefore'],
  [{ notAfter: new Date(Number.NaN) }, 'notAfter'],
  [{ notBefore: '2027-01-01', notAfter: '2027-01-01' }, 'notAfter'],
  [{ efect: 'x' }, '"effect"'],
])('a mistake of the signer names its option: %j', async (given, words) => {
  const error = await signCode(code, { privateKey: ann.privateKey, ...given } as never).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'BEDDEL_INVALID_OPTION', message: expect.stringContaining(words) })
})

test('a signature file holds several, and is read whole or not at all', async () => {
  const second = await signCode(code, { privateKey: bob.privateKey })
  const text = formatSignatureFile([signature, second])
  expect(parseSignatureFile(text)).toEqual([signature, second])
  for (const broken of [text.slice(0, -3), text.replace('/v1', '/v2'), text.replace('"format"', '"more": 1, "format"'), '[]x', 'null']) {
    expect(() => parseSignatureFile(broken)).toThrow(expect.objectContaining({ code: 'SIGNATURE_FORMAT' }))
  }
})

test('the README lists each code with its meaning', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const rows = [...readme.matchAll(/^\| `([A-Z_]+)` \| (.*) \|$/gm)].filter(([, name]) => name !== undefined && name in SIGNING_CODES)
  expect(Object.fromEntries(rows.map(([, name, meaning]) => [name, meaning]))).toEqual(SIGNING_CODES)
})
