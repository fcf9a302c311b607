import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findOpenssl } from '../../../scripts/find-openssl.mjs'
import { exportPrivateKey, generateKeyPair, keyIdOf, publicKeyOf, signCode, signedMessage, statementOf, verifyCode } from '../dist/index.js'

const code = 'export default { total: 1 }\n'
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'beddel-openssl-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)

/** The real binary. Where it is missing these tests fail and say what to do. */
function openssl(...args: string[]): { status: number | null; out: string } {
  const command = findOpenssl()
  if (command === undefined) {
    throw new Error('There is no OpenSSL 3 here. Run: node scripts/ensure-openssl.mjs (or name one in BEDDEL_OPENSSL).')
  }
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' })
  if (error !== undefined) throw error
  return { status, out: stdout + stderr }
}

test('what we sign OpenSSL verifies', async () => {
  const { publicKey, privateKey } = await generateKeyPair()
  const { signature, ...statement } = await signCode(code, { privateKey, effect: 'total', version: '1', notAfter: '2099-01-01' })
  writeFileSync(at('pub.pem'), publicKey)
  writeFileSync(at('message'), signedMessage(code, statement))
  writeFileSync(at('signature'), Buffer.from(signature, 'base64'))
  const verify = ['pkeyutl', '-verify', '-pubin', '-inkey', 'pub.pem', '-rawin', '-in', 'message', '-sigfile', 'signature']
  expect(openssl(...verify)).toMatchObject({ status: 0, out: expect.stringContaining('Verified Successfully') })
  writeFileSync(at('message'), signedMessage(code, { ...statement, effect: 'admin' }))
  expect(openssl(...verify).status).not.toBe(0)
})

test('what OpenSSL signs, with a key of its own, we verify', async () => {
  expect(openssl('genpkey', '-algorithm', 'ed25519', '-out', 'key.pem').status).toBe(0)
  expect(openssl('pkey', '-in', 'key.pem', '-pubout', '-out', 'key.pub').status).toBe(0)
  const publicKey = readFileSync(at('key.pub'), 'utf8')
  const statement = await statementOf(code, publicKey, { effect: 'total' })
  writeFileSync(at('to-sign'), signedMessage(code, statement))
  expect(openssl('pkeyutl', '-sign', '-inkey', 'key.pem', '-rawin', '-in', 'to-sign', '-out', 'signed').status).toBe(0)
  const signature = { ...statement, signature: readFileSync(at('signed')).toString('base64') }
  expect(await verifyCode(code, signature, { publicKey })).toMatchObject({ valid: true, statement: { effect: 'total' } })
  expect(await verifyCode(`${code} `, signature, { publicKey })).toMatchObject({ valid: false, code: 'CODE_MISMATCH' })
})

test('the keys of each are those of the other, byte for byte', async () => {
  expect(openssl('genpkey', '-algorithm', 'ed25519', '-out', 'theirs.pem').status).toBe(0)
  const theirs = readFileSync(at('theirs.pem'), 'utf8')
  expect(openssl('pkey', '-in', 'theirs.pem', '-pubout').out).toBe(await publicKeyOf(theirs))
  expect(await exportPrivateKey(theirs)).toBe(theirs)
  const ours = await generateKeyPair()
  writeFileSync(at('ours.pem'), ours.privateKey)
  expect(openssl('pkey', '-in', 'ours.pem', '-pubout').out).toBe(ours.publicKey)
  // Another curve of the same family, in the same kind of file.
  expect(openssl('genpkey', '-algorithm', 'x25519', '-out', 'x25519.pem').status).toBe(0)
  await expect(signCode(code, { privateKey: readFileSync(at('x25519.pem')) })).rejects.toMatchObject({ code: 'KEY_FORMAT' })
  expect(openssl('pkey', '-in', 'x25519.pem', '-pubout', '-out', 'x25519.pub').status).toBe(0)
  await expect(keyIdOf(readFileSync(at('x25519.pub')))).rejects.toMatchObject({ code: 'KEY_FORMAT' })
})
