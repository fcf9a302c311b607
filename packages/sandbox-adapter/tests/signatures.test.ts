import { type CodeSignature, generateKeyPair, type KeyPair, signaturePolicy, signCode, SignerRegistry } from '@beddel/threat-detector'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Policy, type PolicyContext, SandboxAdapter } from '../dist/index.js'

const code = 'input + 1'
const registry = new SignerRegistry()
let ann: KeyPair
let bob: KeyPair
const sign = (key: KeyPair, more: object = {}): Promise<CodeSignature> =>
  signCode(code, { privateKey: key.privateKey, effect: 'next', version: '1', ...more })

beforeAll(async () => {
  ann = await generateKeyPair()
  bob = await generateKeyPair()
  await registry.add({ name: 'ann', publicKey: ann.publicKey })
  await registry.add({ name: 'bob', publicKey: bob.publicKey })
})

/** How long anything takes is not what is tested. */
const timeoutMs = 25_000

describe.each(['isolated-vm', 'quickjs'])('on %s', (engine) => {
  const policy: Policy = signaturePolicy({ registry, require: { threshold: 2, signers: ['ann', 'bob'] } })
  const sandbox = new SandboxAdapter({ engine, timeoutMs, policies: [policy] })
  const effect = { id: 'next', version: '1' }
  beforeAll(() => sandbox.ready())
  afterAll(() => sandbox.dispose())

  test('what two have signed runs', async () => {
    const signatures = [await sign(ann), await sign(bob)]
    expect(await sandbox.run(code, { input: 1, effect, signatures })).toBe(2)
    const text = JSON.stringify({ format: 'beddel.code-signatures/v1', signatures })
    expect(await sandbox.run(code, { input: 2, effect, signatures: text })).toBe(3)
  })

  test.each([
    ['unsigned', async () => ({ effect }), 'UNSIGNED'],
    ['signed by one', async () => ({ effect, signatures: [await sign(ann)] }), 'THRESHOLD_NOT_MET'],
    ['signed by one twice', async () => ({ effect, signatures: [await sign(ann), await sign(ann)] }), 'SIGNER_DUPLICATE'],
    ['run as another effect', async () => ({ effect: { id: 'admin' }, signatures: [await sign(ann), await sign(bob)] }), 'EFFECT_MISMATCH'],
    ['run as no effect', async () => ({ signatures: [await sign(ann), await sign(bob)] }), 'EFFECT_MISMATCH'],
    [
      'run as another version',
      async () => ({ effect: { id: 'next', version: '2' }, signatures: [await sign(ann), await sign(bob)] }),
      'VERSION_MISMATCH',
    ],
    ['expired', async () => ({ effect, signatures: [await sign(ann, { notAfter: '2020-01-01' }), await sign(bob)] }), 'SIGNATURE_EXPIRED'],
    ['no signature at all', async () => ({ effect, signatures: 'trust me' }), 'SIGNATURE_FORMAT'],
  ])('%s: BEDDEL_POLICY, before the engine', async (_, options, reason) => {
    const outcome = await sandbox.tryRun(code, { input: 1, ...(await options()) })
    expect(outcome.error).toMatchObject({ code: 'BEDDEL_POLICY', started: false, details: { policy: 'signatures', reason } })
  })

  test('another source under the same signatures', async () => {
    const signatures = [await sign(ann), await sign(bob)]
    const { error } = await sandbox.tryRun('input - 1', { input: 1, effect, signatures })
    expect(error).toMatchObject({ code: 'BEDDEL_POLICY', details: { reason: 'CODE_MISMATCH' } })
  })

  test('a program keeps what speaks for it, and is refused from the revocation on', async () => {
    const own = new SignerRegistry()
    await own.add({ name: 'ann', publicKey: ann.publicKey })
    await using adapter = new SandboxAdapter({ engine, timeoutMs, policies: [signaturePolicy({ registry: own, require: 1 })] })
    await expect(adapter.compile(code)).rejects.toMatchObject({ code: 'BEDDEL_POLICY', details: { reason: 'UNSIGNED' } })
    const program = await adapter.compile(code, { effect, signatures: await sign(ann) })
    expect((await program.run({ input: 4 })).result).toBe(5)
    await own.revoke('ann', { reason: 'left' })
    expect((await program.run({ input: 4 })).error).toMatchObject({ code: 'BEDDEL_POLICY', details: { reason: 'SIGNER_REVOKED' } })
  })

  test('each source of a session brings its own', async () => {
    const session = await sandbox.session()
    const signatures = [await sign(ann), await sign(bob)]
    expect((await session.run(code, { input: 7, effect, signatures })).result).toBe(8)
    expect((await session.run(code, { input: 7 })).error).toMatchObject({ details: { reason: 'UNSIGNED' } })
    await expect(session.call('f', [], { signatures } as never)).rejects.toMatchObject({ code: 'BEDDEL_INVALID_OPTION' })
    await session.dispose()
  })

  test('a synchronous run is refused: WebCrypto answers later', async () => {
    const signatures = [await sign(ann), await sign(bob)]
    expect(() => sandbox.runSync(code, { input: 1, effect, signatures })).toThrow(expect.objectContaining({ code: 'BEDDEL_POLICY' }))
  })
})

describe('what is said for the policies', () => {
  const seen: PolicyContext[] = []
  const policies: Policy[] = [{ name: 'all', check: (context) => (seen.push(context), { allow: true }) }]
  const adapter = new SandboxAdapter({ timeoutMs, policies })
  afterAll(() => adapter.dispose())

  test('reaches them, and no guest', async () => {
    const signatures = { any: 'thing' }
    expect(await adapter.run('typeof signatures + typeof effect', { effect: { id: 'a' }, signatures })).toBe('undefinedundefined')
    expect(seen.at(-1)).toMatchObject({ effect: { id: 'a' }, signatures })
    expect(adapter.runSync('1', { effect: { id: 'b', version: '3' } })).toBe(1)
    expect(seen.at(-1)).toMatchObject({ effect: { id: 'b', version: '3' }, signatures: undefined })
  })

  test.each([
    [{ effect: 'a' }, 'effect'],
    [{ effect: { id: '' } }, 'effect.id'],
    [{ effect: { id: 'a', version: 1 } }, 'effect.version'],
    [{ effect: { id: 'a', versoin: '1' } }, 'effect.versoin'],
  ])('is checked: %j', async (options, path) => {
    await expect(adapter.tryRun('1', options as never)).rejects.toMatchObject({ code: 'BEDDEL_INVALID_OPTION', details: { path } })
  })

  test('is refused where no policy could look at it', async () => {
    await using bare = new SandboxAdapter({ timeoutMs })
    for (const options of [{ signatures: [] }, { effect: { id: 'a' } }]) {
      const [path] = Object.keys(options)
      await expect(bare.tryRun('1', options)).rejects.toMatchObject({ code: 'BEDDEL_OPTION_UNSUPPORTED', details: { path } })
      await expect(bare.compile('1', options)).rejects.toMatchObject({ code: 'BEDDEL_OPTION_UNSUPPORTED' })
    }
  })

  test('an adapter itself does not take it: it is of a source', () => {
    expect(() => new SandboxAdapter({ signatures: [] } as never)).toThrow(/signatures/)
  })
})
