import { afterAll, expect, test } from 'vitest'
import { generateKeyPair, MemoryRegistryStore, SandboxThreatDetector, signCode, SignerRegistry } from '../dist/index.js'

const detector = new SandboxThreatDetector()
afterAll(() => detector.dispose())

test('the score is the heaviest pattern and 5 for each further one, at most 100', async () => {
  const scoreOf = async (code: string): Promise<number> => (await detector.analyzeCode(code)).score
  expect(await scoreOf('1 + 1')).toBe(0)
  expect(await scoreOf('performance.now()')).toBe(40)
  expect(await scoreOf(`fetch('a'); fetch('b')`)).toBe(75)
  expect(await scoreOf(`require('http')`)).toBe(80)
  expect(await scoreOf(`process.exit(); performance.now()`)).toBe(95)
  expect(await scoreOf(`process.mainModule.require('child_process').execSync('id')`)).toBe(100)
})

test('the threshold decides, and rules can be left out', async () => {
  expect(await detector.analyzeCode(`fetch('a')`)).toMatchObject({ score: 75, severity: 'high', blocked: false })
  const strict = new SandboxThreatDetector({ blockThreshold: 75 })
  expect(await strict.analyzeCode(`fetch('a')`)).toMatchObject({ blocked: true, blockedBy: 'score', blockThreshold: 75 })
  const lenient = new SandboxThreatDetector({ ignore: ['request'] })
  expect(await lenient.analyzeCode(`fetch('a')`)).toMatchObject({ score: 0, patterns: [] })
})

test('complexity counts ways, depth and size', async () => {
  const { complexity, complexityScore } = await detector.analyzeCode(`function f(a, b) {
  if (a && b) return a?.c
  for (const x of b) { switch (x) { case 1: return 2; default: return 3 } }
}`)
  // 1, the function, if, &&, ?., for, case
  expect(complexity).toMatchObject({ cyclomatic: 7, functions: 1, lines: 4 })
  expect(complexity.depth).toBeGreaterThanOrEqual(3)
  expect(complexityScore).toBeGreaterThan(0)
  expect((await detector.analyzeCode('1')).complexityScore).toBe(0)
})

test('behaviour names what is unusual, and its points add up to the score', async () => {
  const obfuscated = `var _0x1a2b=['log','hi'];function _0x3c4d(_0x5e,_0x6f){return _0x1a2b[_0x5e-0x1]}
    (function(_0x7a8b){while(!![]){switch(_0x7a8b){case 0:_0x7a8b=2;continue;case 1:_0x7a8b=3;continue;case 2:console[_0x3c4d(0x1)](_0x3c4d(0x2));return}}})(0)`
  const { behavior, behaviorScore, score } = await detector.analyzeCode(obfuscated)
  expect(behavior.signals.map(({ name }) => name)).toEqual(['string-decoder', 'flattening', 'hex-names'])
  expect(behaviorScore).toBe(70)
  expect(score).toBe(0)
  const plain = await detector.analyzeCode('function area(r) { return 3.14 * r * r }\narea(input.radius)')
  expect(plain).toMatchObject({ behaviorScore: 0, behavior: { signals: [] } })
  const dead = await detector.analyzeCode(`if (false) a(); if (!![]) b(); function f() { return 1; c() } ${'x'.repeat(20)}`)
  expect(dead.behavior.signals).toMatchObject([{ name: 'dead-code', value: 3, points: 10 }])
  const huge = await detector.analyzeCode(`const s = '${'ab'.repeat(2_000)}'`)
  expect(huge.behavior.signals).toMatchObject([{ name: 'huge-literal' }])
})

test('answers are kept by source, language and signer, and only so many', async () => {
  const kept = new SandboxThreatDetector({ cacheSize: 2 })
  const first = await kept.analyzeCode('1')
  expect(await kept.analyzeCode('1')).toBe(first)
  expect(await kept.analyzeCode('1', { language: 'ts' })).not.toBe(first)
  await kept.analyzeCode('2')
  await kept.analyzeCode('3')
  expect(kept.getStatistics()).toMatchObject({ analyses: 5, cacheHits: 1, cacheSize: 2 })
  kept.clearCache()
  expect(kept.getStatistics().cacheSize).toBe(0)
  expect(Object.isFrozen(first) && Object.isFrozen(first.patterns) && Object.isFrozen(first.complexity)).toBe(true)
})

test('statistics say what came out', async () => {
  const counted = new SandboxThreatDetector()
  expect(counted.getStatistics()).toMatchObject({ analyses: 0, averageDurationMs: 0 })
  for (const code of ['1', 'eval(x)', 'eval(x)', 'let a =', `fetch('a')`]) await counted.analyzeCode(code)
  const statistics = counted.getStatistics()
  expect(statistics).toMatchObject({
    analyses: 5,
    cacheHits: 1,
    blocked: 3,
    byPattern: { EVAL: 2, NETWORK: 1 },
    bySeverity: { none: 1, high: 4 },
    byProblem: { PARSE_ERROR: 1 },
  })
  expect(statistics.averageDurationMs).toBeGreaterThan(0)
})

test('the thread gives the same answers, is made when it is needed, and is replaced when it was stopped', async () => {
  const code = `globalThis['ev' + 'al']('1')`
  const other = new SandboxThreatDetector({ cacheSize: 0 })
  const { durationMs: _, ...here } = await other.analyzeCode(code)
  expect(await other.analyzeElsewhere(code)).toMatchObject(here)
  expect(other.analyzeElsewhereNow(code, 10_000)).toMatchObject(here)
  const slow = 'x = [x, 1, 2];\n'.repeat(60_000)
  await expect(other.analyzeElsewhere(slow, { signal: AbortSignal.timeout(30) })).rejects.toThrow(/aborted|timeout/)
  expect(other.analyzeElsewhereNow(`${slow}1`, 1)).toBeUndefined()
  const answers = await Promise.all(['1', code, '2'].map((each) => other.analyzeElsewhere(each)))
  expect(answers.map(({ score }) => score)).toEqual([0, 80, 0])
  await other.dispose()
})

test('options are checked', () => {
  const refused = (options: object): unknown => {
    try {
      return void new SandboxThreatDetector(options)
    } catch (error) {
      return error
    }
  }
  expect(refused({ blockThreshhold: 3 })).toMatchObject({ code: 'BEDDEL_INVALID_OPTION', details: { nearest: 'blockThreshold' } })
  expect(refused({ blockThreshold: 101 })).toMatchObject({ details: { path: 'blockThreshold' } })
  expect(refused({ ignore: ['evel'] })).toMatchObject({ message: expect.stringContaining('did you mean "eval"') })
  expect(refused({ enableCodeSigning: true })).toMatchObject({ details: { path: 'trustedSigners' } })
  expect(refused({ trustedSigners: 1 })).toMatchObject({ details: { path: 'trustedSigners' } })
})

test('a signature vouches for the source, and changes nothing of what was found in it', async () => {
  const [ann, eve] = [await generateKeyPair(), await generateKeyPair()]
  const code = '1 + 1'
  const signature = await signCode(code, { privateKey: ann.privateKey })
  const forged = await signCode(code, { privateKey: eve.privateKey })
  expect(await detector.analyzeCode(code, { signature, publicKey: ann.publicKey })).toMatchObject({ signatureValid: true, blocked: false })
  expect(await detector.analyzeCode('2 + 2', { signature, publicKey: ann.publicKey })).toMatchObject({
    signatureValid: false,
    blocked: false,
  })
  const signing = new SandboxThreatDetector({ enableCodeSigning: true, trustedSigners: [ann.publicKey] })
  expect(await signing.analyzeCode(code, { signature })).toMatchObject({ signatureValid: true, blocked: false })
  expect(await signing.analyzeCode(code)).toMatchObject({ signatureValid: false, blocked: true, blockedBy: 'signature', score: 0 })
  expect(await signing.analyzeCode(code, { signature: forged, publicKey: eve.publicKey })).toMatchObject({
    signatureValid: true,
    blockedBy: 'signature',
  })
  const bad = 'process.exit()'
  const signedBad = await signCode(bad, { privateKey: ann.privateKey })
  expect(await signing.analyzeCode(bad, { signature: signedBad })).toMatchObject({
    signatureValid: true,
    blocked: true,
    blockedBy: 'score',
  })

  const registry = new SignerRegistry(new MemoryRegistryStore())
  await registry.add({ name: 'ann', publicKey: ann.publicKey })
  const watched = new SandboxThreatDetector({ enableCodeSigning: true, trustedSigners: registry })
  expect(await watched.analyzeCode(code, { signature })).toMatchObject({ signatureValid: true, blocked: false })
  await registry.revoke('ann', { reason: 'her key was stolen' })
  expect(await watched.analyzeCode(code, { signature })).toMatchObject({ signatureValid: false, blockedBy: 'signature' })
})
