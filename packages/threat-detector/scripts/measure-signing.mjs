// What signing and verifying cost, beside WebCrypto alone. Build first.
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mkdtempSync, rmSync } from 'node:fs'
import { FileRegistryStore, generateKeyPair, signCode, SignerRegistry, verifyCode } from '../dist/index.js'

const ROUNDS = 400
const code = `${'x'.repeat(1023)};`
const { publicKey, privateKey } = await generateKeyPair()
const signature = await signCode(code, { privateKey })
const folder = mkdtempSync(join(tmpdir(), 'beddel-measure-'))
const registries = [new SignerRegistry(), new SignerRegistry(new FileRegistryStore(join(folder, 'signers.json')))]
for (const registry of registries) await registry.add({ name: 'ann', publicKey })
const [inMemory, inFile] = registries
const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])
const bytes = new TextEncoder().encode(code)
const raw = await crypto.subtle.sign('Ed25519', pair.privateKey, bytes)

const work = {
  'WebCrypto alone: sign': () => crypto.subtle.sign('Ed25519', pair.privateKey, bytes),
  'WebCrypto alone: verify': () => crypto.subtle.verify('Ed25519', pair.publicKey, raw, bytes),
  'signCode, from PEM, verified': () => signCode(code, { privateKey }),
  verifyCode: () => verifyCode(code, signature, { publicKey }),
  'registry in memory': () => inMemory.verify(code, signature, { require: 1 }),
  'registry in a file': () => inFile.verify(code, signature, { require: 1 }),
}
for (const [name, once] of Object.entries(work)) {
  for (let i = 0; i < ROUNDS / 4; i++) await once()
  const times = []
  for (let i = 0; i < ROUNDS; i++) {
    const startedAt = performance.now()
    await once()
    times.push(performance.now() - startedAt)
  }
  times.sort((a, b) => a - b)
  console.log(
    `${name.padEnd(30)} p50 ${(times[ROUNDS / 2] * 1000).toFixed(0)} µs, p95 ${(times[Math.floor(ROUNDS * 0.95)] * 1000).toFixed(0)} µs`,
  )
}
rmSync(folder, { recursive: true })
