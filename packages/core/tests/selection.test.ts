import { describe, expect, test } from 'vitest'
import {
  type Candidate,
  type Capabilities,
  noEngineError,
  type Probe,
  selectEngine,
  selectEngineSync,
  type SelectionRules,
} from '../dist/index.js'

const held = { enforced: 'hard' } as const
const open = { enforced: 'none' } as const

interface Fake {
  boundary?: boolean
  usable?: boolean
  missing?: boolean
  optIn?: Candidate['optIn']
  heap?: Capabilities['limits']['heap']
}

/** A candidate that counts what was asked of it. */
function fake(engine: string, { boundary = true, usable = true, missing = false, optIn, heap = held }: Fake = {}) {
  const seen = { opened: 0, probed: 0 }
  const limits = { wall: held, cpu: open, heap, externalMemory: open, stack: held, operations: open }
  const capabilities = { boundary, limits } as Capabilities
  const probe = (): Probe => {
    seen.probed++
    return { engine, usable, version: '1.0', durationMs: 1, ...(!usable && { reason: 'it is broken', fix: 'mend it' }) }
  }
  const candidate: Candidate = {
    engine,
    ...(optIn && { optIn }),
    open: () => {
      seen.opened++
      return missing ? { reason: 'its package is not installed', fix: 'npm install it' } : { capabilities, probe }
    },
  }
  return Object.assign(candidate, { seen })
}

const select = async (candidates: Candidate[], rules: Partial<SelectionRules> = {}) => {
  const full: SelectionRules = { trust: 'untrusted', ...rules }
  const report = await selectEngine(candidates, full)
  // The synchronous way follows the same rules.
  expect(selectEngineSync(candidates, full)).toEqual(report)
  return report
}

describe('selection', () => {
  test('takes the first and does not touch the others', async () => {
    const [a, b] = [fake('a'), fake('b')]
    const report = await select([a, b])
    expect(report.chosen).toBe('a')
    expect(report.engines).toMatchObject([
      { chosen: true, usable: true },
      { chosen: false, usable: undefined, boundary: undefined },
    ])
    expect(b.seen).toEqual({ opened: 0, probed: 0 })
  })
  test('goes on where a package is missing or a probe fails, and says so', async () => {
    const report = await select([fake('a', { missing: true }), fake('b', { usable: false }), fake('c')])
    expect(report.chosen).toBe('c')
    expect(report.engines.map(({ reason, fix }) => [reason, fix])).toEqual([
      ['its package is not installed', 'npm install it'],
      ['it is broken', 'mend it'],
      ['chosen', undefined],
    ])
  })
  test('never takes an engine without a boundary for untrusted code, and does not probe it', async () => {
    const weak = fake('weak', { boundary: false })
    const report = await select([weak])
    expect(report.chosen).toBeUndefined()
    expect(weak.seen.probed).toBe(0)
    expect((await select([weak], { trust: 'trusted' })).chosen).toBe('weak')
  })
  test('naming a weak engine in code is consent, naming it elsewhere is not', async () => {
    const candidates = [fake('strong'), fake('weak', { boundary: false })]
    const forced = (byCode: boolean) => ({ forced: { engine: 'weak', byCode, why: 'somebody' } })
    expect((await select(candidates, forced(true))).chosen).toBe('weak')
    const report = await select(candidates, forced(false))
    // I4: not the strong one either: it was not what was asked for.
    expect(report.chosen).toBeUndefined()
    expect(report.engines.map(({ reason }) => reason)).toEqual(['somebody asks for weak', 'no boundary: it is for code that you trust'])
  })
  test('an engine that needs consent needs it even for trusted code', async () => {
    const optIn = { allowed: false, how: 'allowIt: true' }
    expect((await select([fake('old', { optIn })], { trust: 'trusted' })).engines[0]?.reason).toBe('needs allowIt: true')
    expect((await select([fake('old', { optIn: { ...optIn, allowed: true } })], { trust: 'trusted' })).chosen).toBe('old')
  })
  test('an engine that cannot do what was asked is passed over', async () => {
    const report = await select([fake('a'), fake('b')], { unfit: (engine) => (engine === 'a' ? 'it has no sessions' : undefined) })
    expect(report.chosen).toBe('b')
    expect(report.engines[0]?.reason).toBe('it has no sessions')
  })
  test('all: every engine is probed, and the choice is the same', async () => {
    const candidates = [fake('a', { usable: false }), fake('b'), fake('c'), fake('d', { boundary: false })]
    const report = await select(candidates, { all: true })
    expect(report.chosen).toBe('b')
    expect(report.engines.map(({ usable }) => usable)).toEqual([false, true, true, true])
    expect(report.engines.filter(({ chosen }) => chosen)).toHaveLength(1)
  })
  test('defaults that an engine does not hold are listed', async () => {
    expect((await select([fake('a', { heap: open })])).engines[0]?.unenforced).toEqual(['memoryBytes'])
  })
  test('no engine: the error has the whole report', async () => {
    const error = noEngineError(await select([fake('a', { missing: true }), fake('b', { usable: false })]))
    expect(error.code).toBe('BEDDEL_NO_ENGINE')
    expect(error.message).toContain('a: its package is not installed (npm install it); b: it is broken (mend it)')
    expect(error.details).toMatchObject({ report: { engines: [{ engine: 'a' }, { engine: 'b' }] } })
  })
})
