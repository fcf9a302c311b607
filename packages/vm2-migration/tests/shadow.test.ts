import { execFileSync } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  disposeEngines,
  flushShadows,
  NodeVM,
  type Recording,
  RECORDING_CHANNEL,
  VM,
  type VMOptions,
  VMScript,
} from '@beddel/vm2-migration'

const folder = mkdtempSync(join(tmpdir(), 'beddel-shadow-'))
const rows: Recording[] = []
const add = (row: unknown): unknown => rows.push(row as Recording)
beforeAll(() => {
  process.env.BEDDEL_SUPPRESS_VM2_WARNING = '1'
  subscribe(RECORDING_CHANNEL, add)
})
afterEach(() => void rows.splice(0))
afterAll(async () => {
  unsubscribe(RECORDING_CHANNEL, add)
  await disposeEngines()
  rmSync(folder, { recursive: true })
})

const fast = { engine: 'quickjs', placement: 'in-process', limits: { timeoutMs: 30_000 } } as const
const near = { config: false, recordings: false, trust: 'trusted', shadow: fast } as const
const make = (more: VMOptions = {}): VM => new VM({ ...near, ...more })
const told = async (): Promise<Recording[]> => {
  expect(await flushShadows({ timeoutMs: 120_000 })).toBe(true)
  return rows.splice(0)
}
/** The kinds and places of what differed in all calls. */
const differences = async (): Promise<string[]> =>
  (await told()).flatMap((row) => row.differences.filter(({ kind }) => kind !== 'timing').map(({ kind, path }) => `${kind} ${path}`))

/** What a program prints before it ends by itself. */
function printed(script: string): string {
  const args = ['--input-type=module', '--eval', script]
  return execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8', timeout: 25_000 }).trim()
}

/** A guest that does one thing on vm2 and another one where it is not. */
const HERE = 'typeof SharedArrayBuffer === "undefined"'

describe.each([
  { name: 'isolated-vm in child processes', shadow: { engine: 'isolated-vm', limits: { timeoutMs: 60_000 } } },
  { name: 'quickjs in the thread', shadow: fast },
])('on $name', ({ shadow }) => {
  test('the same calls come to the same, in the same order, and the host is called once', { timeout: 150_000 }, async () => {
    const log: unknown[] = []
    const vm = make({
      name: 'orders:total',
      tenant: 'acme',
      shadow,
      sandbox: {
        order: { lines: [20, 100] },
        log: (value: unknown) => log.push(value),
        db: { find: async (id: number) => ({ id, double: (n: number) => n * 2 }) },
      },
    })
    expect(vm.run('var sum = order.lines.reduce((a, b) => a + b); log(sum); sum')).toBe(120)
    expect(vm.run(new VMScript('sum += 1; [sum, new Map([[1, new Date(5)]])]'))[0]).toBe(121)
    const add = vm.run('(n, done) => { sum += n; done(sum); return { sum } }')
    let done = 0
    expect(add(9, (n: number) => (done = n)).sum).toBe(130)
    expect(done).toBe(130)
    expect(await vm.run('(async () => { const one = await db.find(7); log(one.id); return one.double(sum) })()')).toBe(260)
    await expect(vm.run('Promise.reject(new RangeError("no"))')).rejects.toBeInstanceOf(RangeError)
    expect(() => vm.run('null.x')).toThrow(TypeError)
    expect(vm.getGlobal('sum')).toBe(130)
    expect(log).toEqual([120, 7])

    const got = await told()
    expect(log).toEqual([120, 7])
    expect(got.map(({ call }) => call).join(' ')).toMatch(/^(?=(?:.*run){6})(?=(?:.*settle){2})(?=.*call)(?=.*get)[a-z]+( [a-z]+){9}$/)
    for (const { first, second, differences: found, ...row } of got) {
      expect(row).toMatchObject({
        v: 1,
        site: 'orders:total',
        tenant: 'acme',
        mode: 'shadow',
        file: 'packages/vm2-migration/tests/shadow.test.ts',
      })
      expect(found.filter(({ kind }) => kind !== 'timing')).toEqual([])
      expect([first.engine, second?.engine]).toEqual(['vm2', shadow.engine])
      expect(second?.hash).toBe(first.hash)
      expect([first.hash, second?.type]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), first.type])
      expect([first.value, first.message, second?.value]).toEqual([undefined, undefined, undefined])
    }
  })
})

test.for([
  ['another value', `${HERE} ? 1 : 2`, ['value result']],
  ['deep in it', `({ items: [0, { at: ${HERE} ? 1 : '2' }] })`, ['value result.items[1].at']],
  ['another class of error', `if (${HERE}) throw new TypeError('x'); throw new RangeError('x')`, ['error error']],
  ['an error here only', `if (${HERE}) throw new TypeError('x'); 1`, ['error error']],
  ['a global that is not there', 'new SharedArrayBuffer(1); 1', ['missing-global SharedArrayBuffer']],
  ['another argument', `log(${HERE} ? 1 : 2); 0`, ['host-call sandbox.log']],
  ['a call that vm2’s guest did not make', `if (${HERE}) log(1); 0`, ['host-call sandbox.log']],
  ['a call that the other one did not make', `if (!(${HERE})) log(1); 0`, ['host-call sandbox.log']],
  ['an object of the host that the guest changed', 'config.cache.n = 2; 0', ['host-object sandbox.config.cache.n']],
  ['a callback at once', 'each((n) => n + 1)', ['sync-only call']],
  ['a bound function', 'bound(1); 0', ['host-object sandbox.bound']],
] as const)('%s', async ([, source, expected]) => {
  const log: unknown[] = []
  const vm = make({
    sandbox: {
      log: (value: unknown) => void log.push(value),
      each: (f: (n: number) => number) => [1, 2].map((n) => f(n)),
      config: { cache: { n: 1 } },
      bound: console.assert.bind(console),
    },
  })
  const calls = /sandbox.log/.test(expected[0]) && !source.includes(`if (${HERE}) log`) ? 1 : 0
  try {
    vm.run(source)
  } catch {}
  expect(await differences()).toEqual(expected)
  expect(log).toHaveLength(calls)
})

test('what the host changes after it gave it', async () => {
  const state = { user: { name: 'a' } }
  const vm = make({ sandbox: { state } })
  vm.run('state.user.name')
  state.user.name = 'b'
  vm.run('state.user.name')
  expect(await differences()).toEqual(['host-object sandbox.state.user.name', 'value result'])
})

test('after a difference in what was called, nothing more of that VM is compared', async () => {
  const vm = make({ sandbox: { log: () => 1 } })
  vm.run(`if (${HERE}) log(1); 0`)
  await flushShadows()
  vm.run('1')
  vm.run('2')
  expect((await told()).map(({ skipped, second }) => [skipped, second?.ok])).toEqual([
    [undefined, false],
    ['host-call', undefined],
  ])
})

test('a NodeVM: modules, mocks, exported functions, and a console that is heard once', async () => {
  const lines: string[] = []
  const mocked: string[] = []
  const vm = new NodeVM({
    ...near,
    console: 'redirect',
    require: { builtin: ['path'], mock: { store: { get: (key: string) => mocked.push(key) } } },
  })
  vm.on('console.log', (line: string) => lines.push(line))
  const exported = vm.run(`const store = require('store'); console.log(require('path').join('a', 'b'))
    module.exports = { get: (key) => store.get(key), List: class { constructor(n) { this.n = n } twice() { return this.n * 2 } } }`)
  expect(exported.get('k')).toBe(1)
  expect(new exported.List(4).twice()).toBe(8)
  expect(await differences()).toEqual([])
  expect([lines, mocked]).toEqual([['a/b'], ['k']])
})

test.for([
  ['heard', fast],
  ['no longer heard', { ...fast, callBytes: 1 }],
] as const)('what goes back to where it came from is what it was: %s', ([, shadow]) => {
  const api = { get: () => 1, items: [1] }
  const seen: unknown[] = []
  const vm = make({ shadow, sandbox: { api, take: (...args: unknown[]) => seen.push(...args), echo: (value: unknown) => value } })
  vm.run('take(api, api.get, take)')
  expect(seen).toEqual([api, api.get, expect.any(Function)])
  expect([seen[0] === api, seen[1] === api.get]).toEqual([true, true])
  expect(vm.run('api') === api).toBe(true)
  expect(vm.run('var f = () => 1; f') === vm.run('f')).toBe(true)
  const same = vm.run('(given) => [given === f, echo(f) === f, echo(api) === api, echo([f])[0] === f]')
  expect([...same(vm.run('f'))]).toEqual([true, true, true, true])
  vm.setGlobal('again', vm.run('f'))
  expect(vm.run('again === f')).toBe(true)
  expect(vm.run('echo instanceof Function && Array.isArray(api.items) && Object.keys(api).join()')).toBe('get,items')
})

test('rejections that nobody handles are unhandled with and without a shadow', () => {
  const count = (shadow: VMOptions['shadow']): number => {
    const script = `
      import { VM } from '@beddel/vm2-migration'
      let unhandled = 0
      process.on('unhandledRejection', () => unhandled++)
      const vm = new VM({ config: false, recordings: false, trust: 'trusted', shadow: ${JSON.stringify(shadow)}, sandbox: { fails: async () => { throw new Error('host') } } })
      vm.run('Promise.reject(new Error("guest"))')
      vm.run('fails(); 0')
      await vm.run('fails().catch(() => 1)')
      await new Promise((resolve) => setTimeout(resolve, 50))
      console.log(unhandled)`
    return Number(printed(script))
  }
  expect(count(fast)).toBe(count(false))
})

test('natives and promises of the host reach vm2 as they are, so that it keeps its guests from them', () => {
  const sandbox = { wait: Promise.prototype.then, call: Function.prototype.call, load: async () => ({ n: 1 }) }
  const vm = make({ sandbox })
  const plain = new VM({ config: false, shadow: false, sandbox })
  const probe = `[load() instanceof Promise, typeof load().then, String(wait).includes('native'), String(call).includes('native'),
    typeof load().constructor.constructor, (() => { try { return call.call(wait, load(), (v) => v) instanceof Promise } catch (e) { return e.name } })()]`
  expect([...vm.run(probe)]).toEqual([...plain.run(probe)])
})

describe('bounds', () => {
  test('a share of the VMs', async () => {
    for (let i = 0; i < 100; i++) make({ shadow: { ...fast, share: 0.2 } }).run('1')
    const count = (await told()).length
    expect(count).toBeGreaterThan(2)
    expect(count).toBeLessThan(50)
    make({ shadow: { ...fast, share: 0 } }).run('1')
    expect(await told()).toEqual([])
  })

  test.for([
    ['callBytes', { callBytes: 1_000 }, 'too-large'],
    ['pendingBytes', { pendingBytes: 1_000 }, 'memory'],
  ] as const)('%s', async ([, bound, skipped]) => {
    const vm = make({ shadow: { ...fast, ...bound } })
    expect(vm.run('1')).toBe(1)
    expect(vm.run('"x".repeat(2000)')).toHaveLength(2_000)
    expect(vm.run('2')).toBe(2)
    // The last run is not even recorded.
    const got = await told()
    expect(got.map((row) => row.skipped ?? row.second?.ok)).toEqual([skipped, true])
  })

  test('calls that wait', async () => {
    const vm = make({ shadow: { ...fast, pendingCalls: 2 } })
    for (let i = 0; i < 5; i++) expect(vm.run(`${i}`)).toBe(i)
    expect((await told()).map((row) => row.skipped)).toEqual(['busy', undefined, undefined])
  })

  test('an object that is too large to be told', async () => {
    const vm = make()
    expect(vm.run('Array.from({ length: 20000 }, () => ({}))')).toHaveLength(20_000)
    expect((await told()).map((row) => row.skipped)).toEqual(['too-large'])
  })

  test('VMs at a time: the one that is idle for longest makes room', async () => {
    const vms = [1, 2, 3].map(() => make({ shadow: { ...fast, vms: 2 } }))
    for (const vm of vms) vm.run('1')
    await flushShadows()
    make({ shadow: { ...fast, vms: 2 } }).run('1')
    expect((await told()).filter((row) => row.second !== undefined).length).toBeGreaterThanOrEqual(2)
  })

  test('time: a guest that does not end is ended there too, and others go on', async () => {
    const vm = make({ timeout: 100 })
    expect(() => vm.run('for (;;) {}')).toThrow(/timed out/)
    make().run('1')
    const [stopped, other] = await told()
    expect([stopped?.first.code, stopped?.second?.code]).toEqual(['ERR_SCRIPT_EXECUTION_TIMEOUT', 'ERR_SCRIPT_EXECUTION_TIMEOUT'])
    expect(other?.second?.ok).toBe(true)
  })
})

test('an engine that is not there is a row and a warning, and no error', async () => {
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
  expect(make({ shadow: { engine: 'isolated-vm', placement: 'in-process' }, trust: undefined as never }).run('1')).toBe(1)
  expect((await told()).map((row) => row.skipped)).toEqual(['no-engine'])
  expect(await warned).toMatchObject({ code: 'BEDDEL_VM2_NO_SHADOW' })
})

test('options that make no sense are errors', () => {
  expect(() => make({ engine: 'quickjs' })).toThrow(expect.objectContaining({ code: 'BEDDEL_OPTION_UNSUPPORTED' }))
  expect(() => make({ shadow: 'vm2' })).toThrow(/shadow\.engine/)
  expect(() => make({ shadow: { ...fast, shere: 1 } as never })).toThrow(/shere.*share/)
  expect(() => make({ shadow: { ...fast, share: 2 } })).toThrow(/shadow\.share/)
  expect(() => make({ shadow: { ...fast, vms: 0 } })).toThrow(/shadow\.vms/)
})

test('what waits when the thread ends is over, and the next VM has another thread', async () => {
  const vm = make()
  expect(vm.run('1')).toBe(1)
  await disposeEngines()
  expect([vm.run('2'), make().run('3')]).toEqual([2, 3])
  expect((await told()).map((row) => row.skipped ?? row.second?.ok)).toEqual(['closed', 'closed', true])
})

test('values only where they are asked for', async () => {
  make({ recordings: { values: true, folder } }).run('({ secret: "s3cret" })')
  make().run('({ secret: "s3cret" })')
  const [open, closed] = await told()
  expect(open?.first.value).toContain('s3cret')
  expect(JSON.stringify(closed)).not.toContain('s3cret')
})

test('a process that has nothing else to do ends, and its shadows with it', () => {
  const script = `
    import { VM } from '@beddel/vm2-migration'
    const vm = new VM({ config: false, recordings: false, shadow: 'isolated-vm' })
    console.log(vm.run('1 + 1'))`
  expect(printed(script)).toBe('2')
})
