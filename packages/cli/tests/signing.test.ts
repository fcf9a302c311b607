import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileRegistryStore, formatSignatureFile, generateKeyPair, type KeyPair, signCode, SignerRegistry } from '@beddel/threat-detector'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Given, MAIN, runCli } from './run-cli.js'

let folder: string
const at = (name: string): string => join(folder, name)
const text = (name: string): string => readFileSync(at(name), 'utf8')
const cli = (args: string[], given: Partial<Given> = {}) => runCli(args, { cwd: folder, ...given })
/** A command that must succeed; its output. */
async function done(...args: string[]): Promise<string> {
  const { code, out, err } = await cli(args)
  expect([code, err]).toEqual([0, ''])
  return out
}

/** What is not tested here is made without the command line: each command is a process. */
async function makeKey(name: string): Promise<KeyPair> {
  const pair = await generateKeyPair()
  writeFileSync(at(`${name}.pem`), pair.privateKey, { mode: 0o600 })
  writeFileSync(at(`${name}.pem.pub`), pair.publicKey)
  return pair
}
const registryAt = (name: string): SignerRegistry => new SignerRegistry(new FileRegistryStore(at(name)))

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'beddel-cli-signing-'))
  writeFileSync(at('rule.js'), 'return input * 2\n')
  writeFileSync(at('bytes.bin'), Buffer.from([0xff, 0xfe]))
  writeFileSync(at('torn.json'), '{ "format": "beddel.signers/v1", "signers": [')
  const [ann, bob] = await Promise.all(['ann', 'bob', 'eve'].map(makeKey))
  const registry = registryAt('signers.json')
  await registry.add({ name: 'ann', publicKey: ann!.publicKey })
  await registry.add({ name: 'bob', publicKey: bob!.publicKey, notAfter: '2099-01-01' })
  await registry.setRequirement('release', { threshold: 2, signers: ['ann', 'bob'] })
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('files of signatures that are none', () => {
  /** Bounded, so that reading without end fails here and does not take the machine's memory. */
  const bounded = (...args: string[]) =>
    spawnSync('sh', ['-c', 'ulimit -t 10; exec "$0" --max-old-space-size=256 "$@"', process.execPath, MAIN, ...args], {
      cwd: folder,
      timeout: 5_000,
      encoding: 'utf8',
    })
  const refused = (words: string) => ({ status: 2, signal: null, stdout: '', stderr: expect.stringContaining(words) })

  test('a folder', () => {
    mkdirSync(at('folder'))
    expect(bounded('sign', 'rule.js', '--key', 'ann.pem', '--out', 'folder')).toMatchObject(refused('folder is no regular file'))
  })
  test('one that is too large is not read', () => {
    writeFileSync(at('huge.json'), '')
    // Without a byte of it on the disk.
    truncateSync(at('huge.json'), 2 ** 30)
    expect(bounded('sign', 'rule.js', '--key', 'ann.pem', '--out', 'huge.json')).toMatchObject(refused('huge.json is larger than'))
    expect(bounded('verify', 'rule.js', '--signatures', 'huge.json', '--registry', 'signers.json')).toMatchObject(
      refused('huge.json is larger than'),
    )
    rmSync(at('huge.json'))
  })
  test.skipIf(process.platform === 'win32')('a pipe that nobody writes to', () => {
    execFileSync('mkfifo', [at('pipe')])
    expect(bounded('sign', 'rule.js', '--key', 'ann.pem', '--out', 'pipe')).toMatchObject(refused('pipe is no regular file'))
    expect(statSync(at('pipe')).isFIFO()).toBe(true)
  })
})

describe('keys', () => {
  test('generate: the private half is for its owner only, is not printed, and is not written over', async () => {
    const { code, out, err } = await cli(['keys', 'generate', '--out', 'own.pem', '--json'])
    expect([code, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toEqual({
      keyId: expect.stringMatching(/^[0-9a-f]{64}$/),
      privateKeyFile: 'own.pem',
      publicKeyFile: 'own.pem.pub',
    })
    expect([statSync(at('own.pem')).mode & 0o777, statSync(at('own.pem.pub')).mode & 0o077]).toEqual([0o600, 0o044])
    const before = text('own.pem')
    const again = await cli(['keys', 'generate', '--out', 'own.pem', '--public', 'other.pub'])
    expect([again.code, again.out, text('own.pem')]).toEqual([2, '', before])
    expect(again.err).toContain('own.pem is there already')
    expect(existsSync(at('other.pub'))).toBe(false)
    const half = await cli(['keys', 'generate', '--out', 'fresh.pem', '--public', 'own.pem.pub'])
    expect([half.code, existsSync(at('fresh.pem'))]).toEqual([2, false])
  })

  test('generate: the private key is printed only in the place of being written', async () => {
    const printed = await done('keys', 'generate', '--print', '--format', 'jwk')
    expect(JSON.parse(printed)).toMatchObject({ kty: 'OKP', crv: 'Ed25519', d: expect.any(String) })
  })

  test('show: the public half of either file, and the private one only where it is asked for', async () => {
    const secret = text('ann.pem').split('\n')[1] as string
    const shown = await done('keys', 'show', 'ann.pem')
    expect(shown).toBe(await done('keys', 'show', 'ann.pem.pub'))
    expect(shown).toContain(text('ann.pem.pub').trimEnd())
    expect(shown).not.toContain(secret)
    expect(await done('keys', 'show', 'ann.pem', '--private')).toContain(secret)
    expect((await cli(['keys', 'show', 'ann.pem.pub', '--private'])).code).toBe(2)
  })

  test('32 bytes are taken for a private key', async () => {
    const jwk = JSON.parse(await done('keys', 'show', 'ann.pem', '--format', 'jwk', '--private', '--json')) as {
      privateKey: string
      keyId: string
    }
    writeFileSync(at('ann.raw'), Buffer.from((JSON.parse(jwk.privateKey) as { d: string }).d, 'base64url'))
    expect(await done('keys', 'show', 'ann.raw')).toContain(jwk.keyId)
    const added = await cli(['keys', 'add', 'raw', 'ann.raw', '--registry', 'raw.json'])
    expect([added.code, existsSync(at('raw.json'))]).toEqual([2, false])
  })

  test('add begins a registry, and require keeps a requirement in it', async () => {
    await done('keys', 'add', 'ann', 'ann.pem.pub', '--registry', 'begun.json', '--not-before', '2026-01-01')
    expect(await done('keys', 'require', 'one', '--threshold', '1', '--signers', 'ann', '--registry', 'begun.json')).toContain(
      'one: 1 of ann',
    )
    const { signers, requirements } = await registryAt('begun.json').data()
    expect(signers).toMatchObject([{ name: 'ann', keys: [{ notBefore: '2026-01-01T00:00:00.000Z' }] }])
    expect(requirements).toEqual({ one: { threshold: 1, signers: ['ann'] } })
  })

  test('list: who counts, as text and as JSON', async () => {
    const listed = await done('keys', 'list', '--registry', 'signers.json')
    expect(listed).toContain('ann\n  ')
    expect(listed).toContain('until 2099-01-01T00:00:00.000Z')
    expect(listed).toContain('release: 2 of ann, bob')
    const data = JSON.parse(await done('keys', 'list', '--registry', 'signers.json', '--json')) as { signers: { name: string }[] }
    expect(data.signers.map(({ name }) => name)).toEqual(['ann', 'bob'])
  })

  test.each([
    ['a registry that is not there', ['keys', 'list', '--registry', 'gone.json'], 'no registry gone.json'],
    ['no place for a key', ['keys', 'generate'], '--out'],
    ['a name that is taken', ['keys', 'add', 'ann', 'eve.pem.pub', '--registry', 'signers.json'], 'SIGNER_EXISTS'],
    ['a private key', ['keys', 'add', 'eve', 'eve.pem', '--registry', 'signers.json'], 'KEY_FORMAT'],
    ['a time in words', ['keys', 'add', 'eve', 'eve.pem.pub', '--registry', 'signers.json', '--not-after', 'soon'], 'notAfter'],
    ['a reason that is missing', ['keys', 'revoke', 'ann', '--registry', 'signers.json'], '--reason'],
    ['a signer whom nobody knows', ['keys', 'revoke', 'zoe', '--reason', 'x', '--registry', 'signers.json'], 'SIGNER_UNKNOWN'],
    ['more than there are', ['keys', 'require', 'all', '--threshold', '3', '--signers', 'ann', '--registry', 'signers.json'], 'threshold'],
    ['a requirement without a number', ['keys', 'require', 'all', '--registry', 'signers.json'], '--threshold'],
    ['no command', ['keys'], 'Usage'],
  ])('exit code 2: %s', async (_, args, words) => {
    const before = text('signers.json')
    const { code, out, err } = await cli(args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(words)
    expect(text('signers.json')).toBe(before)
  })
})

describe('sign and verify', () => {
  test('two sign for an effect, and the requirement is met', async () => {
    await done('sign', 'rule.js', '--key', 'ann.pem', '--effect', 'double', '--effect-version', '1', '--out', 'two.json')
    expect((await cli(['verify', 'rule.js', '--signatures', 'two.json', '--registry', 'signers.json', '--require', 'release'])).code).toBe(
      1,
    )
    const { code, out } = await cli(['sign', 'rule.js', '--key', '-', '--effect', 'double', '--out', 'two.json', '--json'], {
      stdin: text('bob.pem'),
    })
    expect([code, JSON.parse(out)]).toMatchObject([0, { file: 'two.json', signatures: 2 }])
    const flags = ['--signatures', 'two.json', '--registry', 'signers.json', '--require', 'release', '--effect', 'double']
    expect(await done('verify', 'rule.js', ...flags)).toContain('rule.js: Signed by ann, bob')
    expect(JSON.parse(await done('verify', 'rule.js', ...flags, '--json'))).toMatchObject({ accepted: true, signers: ['ann', 'bob'] })
    const later = await cli(['verify', 'rule.js', ...flags, '--at', '2100-01-01'])
    expect(later).toMatchObject({ code: 1, out: '' })
    expect(later.err).toContain('SIGNER_EXPIRED')
    const other = await cli(['verify', 'rule.js', ...flags.slice(0, -1), 'admin', '--json'])
    expect([other.code, JSON.parse(other.out)]).toMatchObject([1, { accepted: false, reason: 'EFFECT_MISMATCH' }])
  })

  test('one key, and no registry', async () => {
    await done('sign', 'rule.js', '--key', 'eve.pem')
    expect(JSON.parse(text('rule.js.sig.json'))).toMatchObject({ format: 'beddel.code-signatures/v1', signatures: [{}] })
    expect(await done('verify', 'rule.js', '--public-key', 'eve.pem.pub')).toContain('rule.js')
    const stranger = await cli(['verify', 'rule.js', '--public-key', 'ann.pem.pub'])
    expect(stranger).toMatchObject({ code: 1, err: expect.stringContaining('SIGNER_UNKNOWN') })
    expect((await cli(['verify', 'rule.js', '--registry', 'signers.json'])).code).toBe(1)
  })

  test('a source that changed, byte for byte; to sign it anew takes the old signatures away', async () => {
    writeFileSync(at('changed.js'), '\uFEFF1')
    await done('sign', 'changed.js', '--key', 'ann.pem')
    await done('verify', 'changed.js', '--registry', 'signers.json')
    writeFileSync(at('changed.js'), '1')
    expect(await cli(['verify', 'changed.js', '--registry', 'signers.json'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('CODE_MISMATCH'),
    })
    const { code, err } = await cli(['sign', 'changed.js', '--key', 'bob.pem'])
    expect([code, err]).toEqual([0, expect.stringContaining('1 signature(s) of another source')])
    expect(await done('verify', 'changed.js', '--registry', 'signers.json')).toContain('Signed by bob')
  })

  test('a rotation and a revocation count from the next command on', async () => {
    const [old] = [await makeKey('old'), await makeKey('new')]
    await registryAt('life.json').add({ name: 'cy', publicKey: old.publicKey })
    const signature = await signCode(text('rule.js'), { privateKey: old.privateKey })
    writeFileSync(at('life.sig.json'), formatSignatureFile([signature]))
    const flags = ['--signatures', 'life.sig.json', '--registry', 'life.json']
    await done('keys', 'rotate', 'cy', 'new.pem.pub', '--registry', 'life.json', '--old-not-after', '2099-01-01')
    await done('verify', 'rule.js', ...flags)
    expect(await done('keys', 'revoke', old.keyId, '--reason', 'lost', '--registry', 'life.json')).toContain('lost')
    const { code, err } = await cli(['verify', 'rule.js', ...flags])
    expect([code, err]).toEqual([1, expect.stringContaining('SIGNER_REVOKED')])
  })

  test.each([
    ['nobody to trust', ['verify', 'rule.js'], '--registry or --public-key'],
    ['a file that is not there', ['sign', 'gone.js', '--key', 'ann.pem'], 'ENOENT'],
    ['a key that is not there', ['sign', 'rule.js', '--key', 'gone.pem'], 'ENOENT'],
    ['no key', ['sign', 'rule.js'], '--key'],
    ['a public key', ['sign', 'rule.js', '--key', 'ann.pem.pub'], 'public one'],
    ['a version of nothing', ['sign', 'rule.js', '--key', 'ann.pem', '--effect-version', '1'], 'effect'],
    ['no signatures', ['verify', 'rule.js', '--signatures', 'gone.json', '--registry', 'signers.json'], 'ENOENT'],
    ['code from stdin without --out', ['sign', '-', '--key', 'ann.pem'], '--out'],
    ['what is no text', ['sign', 'bytes.bin', '--key', 'ann.pem'], 'UTF-8'],
    ['a registry that is torn', ['verify', 'rule.js', '--signatures', 'torn.json', '--registry', 'torn.json'], 'REGISTRY_DAMAGED'],
  ])('exit code 2: %s', async (_, args, words) => {
    const { code, out, err } = await cli(args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(words)
  })

  test('a private key that others may read is pointed out', async () => {
    writeFileSync(at('open.pem'), text('ann.pem'))
    chmodSync(at('open.pem'), 0o644)
    const { code, err } = await cli(['sign', 'rule.js', '--key', 'open.pem', '--out', 'open.json'])
    expect([code, err]).toEqual([0, expect.stringContaining('chmod 600')])
  })
})
