import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { disposeEngines, FALL_BACK_CHANNEL, type FallBackEvent, type Recording, RECORDING_CHANNEL, VM } from '@beddel/vm2-migration'
import { planFor } from '../src/choice.ts'
import { REFRESH_MS } from '../src/migration-file.ts'
import { isChosen, Rollout } from '../src/rollout.ts'

const folder = mkdtempSync(join(tmpdir(), 'beddel-rollout-'))
let files = 0
const file = (text: string): string => {
  const path = join(folder, `${++files}.toml`)
  writeFileSync(path, text)
  return path
}
const rows: Recording[] = []
const events: FallBackEvent[] = []
const addRow = (row: unknown): unknown => rows.push(row as Recording)
const addEvent = (event: unknown): unknown => events.push(event as FallBackEvent)

beforeAll(() => {
  process.env.BEDDEL_SUPPRESS_VM2_WARNING = '1'
  subscribe(RECORDING_CHANNEL, addRow)
  subscribe(FALL_BACK_CHANNEL, addEvent)
})
afterEach(() => {
  vi.restoreAllMocks()
  rows.length = 0
  events.length = 0
})
afterAll(async () => {
  unsubscribe(RECORDING_CHANNEL, addRow)
  unsubscribe(FALL_BACK_CHANNEL, addEvent)
  rmSync(folder, { recursive: true })
  await disposeEngines()
})

const plan = (config: string, more: object = {}): string => {
  const { engine, mode, shadow } = planFor({ config, recordings: false, ...more })
  return `${mode} ${engine}${shadow === undefined ? '' : ` + ${shadow.engine}`}`
}

describe('rules', () => {
  const config = file(`
    [migration]
    engine = "isolated-vm"
    mode = "shadow"
    [[migration.rules]]
    site = "src/rules:*"
    tenant = ["beta-?", "acme"]
    mode = "new"
    [[migration.rules]]
    site = "src/rules:*"
    mode = "vm2"
    [[migration.rules]]
    file = "packages/*/tests/**/roll*.test.ts"
    tenant = "files"
    engine = "quickjs"
    mode = "new"
    [[migration.rules]]
    tenant = "canary-*"
    mode = "canary"
    percentage = 50
    share = 0
  `)

  test('the first one that applies counts; site, tenant and file must all do', () => {
    expect(plan(config, { name: 'src/rules:check', tenant: 'acme' })).toBe('new isolated-vm')
    expect(plan(config, { name: 'src/rules:check', tenant: 'beta-1' })).toBe('new isolated-vm')
    expect(plan(config, { name: 'src/rules:check', tenant: 'beta-12' })).toBe('vm2 vm2')
    expect(plan(config, { name: 'src/rules:check' })).toBe('vm2 vm2')
    expect(plan(config, { tenant: 'files' })).toBe('new quickjs')
  })

  test('what no rule names goes by the table', () => {
    expect(plan(config, { name: 'src/other' })).toBe('shadow vm2 + isolated-vm')
    expect(plan(config, { name: 'src/other', shadow: false })).toBe('vm2 vm2')
  })

  test('code goes before the environment, and that before the file', () => {
    expect(plan(config, { name: 'src/rules:check', tenant: 'acme', engine: 'vm2' })).toBe('vm2 vm2')
    process.env.BEDDEL_VM2_ENGINE = 'quickjs'
    try {
      expect(plan(config, { name: 'src/rules:check', tenant: 'acme' })).toBe('new quickjs')
      expect(plan(config, { shadow: 'isolated-vm' })).toBe('shadow vm2 + isolated-vm')
    } finally {
      delete process.env.BEDDEL_VM2_ENGINE
    }
    process.env.BEDDEL_VM2_SHADOW = 'quickjs'
    try {
      expect(plan(config, { name: 'src/rules:check', tenant: 'acme' })).toBe('shadow vm2 + quickjs')
      expect([plan(config, { shadow: false, tenant: 'files' }), plan(config, { engine: 'vm2' })]).toEqual(['new quickjs', 'vm2 vm2'])
    } finally {
      delete process.env.BEDDEL_VM2_SHADOW
    }
  })

  test('a share of the keys, the same ones each time, and others at another site', () => {
    const keys = Array.from({ length: 2_000 }, (_, i) => `tenant-${i}`)
    const chosen = (site: string, percentage: number): string[] => keys.filter((key) => isChosen(site, key, percentage))
    const five = chosen('a', 5)
    expect(five.length).toBeGreaterThan(60)
    expect(five.length).toBeLessThan(140)
    expect(chosen('a', 5)).toEqual(five)
    expect(chosen('a', 20)).toEqual(expect.arrayContaining(five))
    expect(chosen('b', 5)).not.toEqual(five)
    expect([chosen('a', 0).length, chosen('a', 100).length]).toEqual([0, keys.length])
  })

  test('a canary goes by key, else by tenant', () => {
    const keys = Array.from({ length: 40 }, (_, i) => `k${i}`)
    const went = (): string[] => keys.map((key) => plan(config, { name: 's', tenant: 'canary-x', key }))
    expect(new Set(went())).toEqual(new Set(['canary isolated-vm', 'vm2 vm2']))
    expect(went()).toEqual(went())
    const byTenant = new Set(Array.from({ length: 10 }, () => plan(config, { name: 's', tenant: 'canary-7' })))
    expect(byTenant.size).toBe(1)
  })
})

test('engine alone is for all sites, and nothing is recorded', () => {
  const config = file('[migration]\nengine = "quickjs"\n')
  expect(planFor({ config })).toMatchObject({ engine: 'quickjs', mode: 'new', recorded: false })
  new VM({ config, placement: 'in-process', trust: 'trusted' }).run('1')
  expect(rows).toEqual([])
})

test.for([
  ['an unknown key', '[migration]\nmod = "new"', /\[migration\] has no key "mod"\. Did you mean "mode"/],
  [
    'an unknown key of a rule',
    '[migration]\nmode = "vm2"\n[[migration.rules]]\nsite = "a"\nmode = "vm2"\n[[migration.rules]]\nsit = "a"',
    /\[\[migration\.rules\]\] 2 has no key "sit"\. Did you mean "site"/,
  ],
  [
    'a mode that there is not',
    '[migration]\nengine = "quickjs"\nmode = "canari"',
    /mode must be one of vm2, shadow, canary, new, got "canari"/,
  ],
  [
    'rules without a mode for the rest',
    '[migration]\nengine = "quickjs"\n[[migration.rules]]\nsite = "a"\nmode = "new"',
    /mode must be stated where there are rules/,
  ],
  [
    'a rule about nothing',
    '[migration]\nmode = "vm2"\n[[migration.rules]]\nmode = "vm2"',
    /rules\]\] 1 must name a site, a file or a tenant/,
  ],
  [
    'no engine to go to',
    '[migration]\nmode = "vm2"\n[[migration.rules]]\nsite = "a"\nmode = "new"',
    /rules\]\] 1 engine must be stated for mode "new"/,
  ],
  ['a canary of no size', '[migration]\nengine = "quickjs"\nmode = "canary"', /percentage must be stated/],
  [
    'too large a canary',
    '[migration]\nengine = "quickjs"\nmode = "canary"\npercentage = 101',
    /percentage must be a number from 0 to 100, got 101/,
  ],
  [
    'a rate that is none',
    '[migration]\nengine = "quickjs"\nmode = "new"\nfall_back = { failures = 2 }',
    /fall_back failures must be a number from 0 to 1/,
  ],
  [
    'an unknown rate',
    '[migration]\nengine = "quickjs"\nmode = "new"\nfall_back = { failure = 0.1 }',
    /fall_back has no key "failure"\. Did you mean "failures"/,
  ],
  [
    'more runs than are looked at',
    '[migration]\nengine = "quickjs"\nmode = "new"\nfall_back = { failures = 0.1, after = 9, over = 5 }',
    /after must not be more than over/,
  ],
  ['no folder', '[migration]\nrecordings = 5', /recordings must be the path of a folder/],
] as const)('a mistake: %s', ([, text, message]) => {
  expect(() => new VM({ config: file(text) })).toThrow(message)
})

describe('a file that changes', () => {
  const later = (path: string, text: string): void => {
    writeFileSync(path, text)
    utimesSync(path, new Date(), new Date(statSync(path).mtimeMs + 10_000 * ++files))
    const now = performance.now()
    vi.spyOn(performance, 'now').mockReturnValue(now + (REFRESH_MS + 1) * files)
  }

  test('is read again, for objects that are made later', () => {
    const config = file('[migration]\nmode = "vm2"\n')
    expect(plan(config)).toBe('vm2 vm2')
    const vm = new VM({ config })
    later(config, '[migration]\nengine = "quickjs"\nmode = "shadow"\n')
    expect(plan(config)).toBe('shadow vm2 + quickjs')
    vm.run('1')
    expect(rows).toEqual([])
  })

  test('and is bad leaves the last good one, and says so once', async () => {
    const warnings: Error[] = []
    const add = (warning: Error): unknown => warnings.push(warning)
    process.on('warning', add)
    const config = file('[migration]\nengine = "quickjs"\nmode = "new"\n')
    expect(plan(config)).toBe('new quickjs')
    later(config, '[migration]\nmode = "nwe"\n')
    expect([plan(config), plan(config)]).toEqual(['new quickjs', 'new quickjs'])
    rmSync(config)
    const now = performance.now()
    vi.spyOn(performance, 'now').mockReturnValue(now + 10 * REFRESH_MS)
    expect([plan(config), plan(config)]).toEqual(['new quickjs', 'new quickjs'])
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', add)
    expect(warnings.map(({ message }) => message.replace(config, 'FILE'))).toEqual([
      expect.stringMatching(/mode must be one of .*goes on/),
      expect.stringMatching(/cannot be read.*goes on/s),
    ])
  })
})

describe('falling back', () => {
  const rule = (mode: 'canary' | 'new', percentage: number, fallBack: object) =>
    new Rollout({ where: '', text: '', mode, percentage, share: 1, engine: 'e', fallBack: { after: 10, over: 20, ...fallBack } }, 'a:b')
  const row = (mode: Recording['mode'], ok: boolean, different?: 'value' | 'timing'): Recording => ({
    v: 1,
    at: 5,
    site: 'a:b',
    call: 'run',
    mode,
    first: { engine: 'x', ms: 1, ok, type: 'number' },
    ...(mode === 'shadow' && { second: { engine: 'y', ms: 1, ok, type: 'number' } }),
    differences: different === undefined ? [] : [{ kind: different, message: '' }],
  })
  const noted = (one: Rollout, count: number, line: Recording): (FallBackEvent | undefined)[] =>
    Array.from({ length: count }, () => one.note(line)).filter((event) => event !== undefined)

  test('a canary whose shadows differ goes back to shadow, once there are enough runs', () => {
    const one = rule('canary', 5, { differences: 0.2 })
    expect(noted(one, 9, row('shadow', true, 'value'))).toEqual([])
    expect(noted(one, 1, row('shadow', true, 'value'))).toEqual([
      {
        v: 1,
        at: 5,
        event: 'fall-back',
        site: 'a:b',
        from: 'canary',
        to: 'shadow',
        cause: 'differences',
        rate: 1,
        threshold: 0.2,
        runs: 10,
      },
    ])
    expect(one.mode).toBe('shadow')
    expect(noted(one, 50, row('shadow', true, 'value'))).toEqual([])
  })

  test('times are no differences here, and a rate has to pass its threshold', () => {
    const one = rule('canary', 5, { differences: 0.2 })
    expect(noted(one, 50, row('shadow', true, 'timing'))).toEqual([])
    expect(noted(one, 4, row('shadow', true, 'value'))).toEqual([])
    expect(noted(one, 1, row('shadow', true, 'value'))).toHaveLength(1)
  })

  test('what guests throw on vm2 too is no failure of the new engine', () => {
    const one = rule('canary', 5, { failures: 0.1 })
    for (let i = 0; i < 40; i++)
      expect([one.note(row('shadow', i % 4 > 0)), one.note(row('canary', i % 4 > 0))]).toEqual([undefined, undefined])
    expect(noted(one, 20, row('canary', false))).toHaveLength(1)
    expect(one.mode).toBe('shadow')
  })

  test('new was a canary before, where the rule says of which size', () => {
    const one = rule('new', 30, { failures: 0.1 })
    expect(noted(one, 10, row('new', false))).toMatchObject([{ from: 'new', to: 'canary' }])
    expect(noted(one, 10, row('canary', false))).toMatchObject([{ from: 'canary', to: 'shadow' }])
    const other = rule('new', 100, { failures: 0.1 })
    expect(noted(other, 10, row('new', false))).toMatchObject([{ from: 'new', to: 'shadow' }])
  })

  test('with real VMs: those that are made later run on vm2, an object that is there stays where it is', () => {
    const config = file(
      '[migration]\nengine = "quickjs"\nmode = "canary"\npercentage = 100\nshare = 0\nrecordings = false\nfall_back = { failures = 0.1, after = 3 }\n',
    )
    const make = (): VM =>
      new VM({ config, name: 'pages:render', placement: 'in-process', trust: 'trusted', limits: { timeoutMs: 30_000 } })
    const onVm2 = (vm: VM): boolean => vm.run('typeof SharedArrayBuffer') === 'function'
    const vm = make()
    expect(vm.run('2')).toBe(2)
    expect(vm.run('(n) => n * 2')(4)).toBe(8)
    expect(onVm2(vm)).toBe(false)
    expect(rows.map(({ mode, call, first, second }) => [mode, call, first.engine, first.ok, second])).toEqual([
      ['canary', 'run', 'quickjs', true, undefined],
      ['canary', 'run', 'quickjs', true, undefined],
      ['canary', 'call', 'quickjs', true, undefined],
      ['canary', 'run', 'quickjs', true, undefined],
    ])
    expect(() => vm.run('new SharedArrayBuffer(1)')).toThrow(ReferenceError)
    expect(events).toMatchObject([{ site: 'pages:render', from: 'canary', to: 'shadow', cause: 'failures', runs: 5 }])
    expect(onVm2(vm)).toBe(false)
    expect(onVm2(make())).toBe(true)
  })
})
