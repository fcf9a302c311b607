import { execFileSync } from 'node:child_process'
import { afterAll, describe, expect, test } from 'vitest'
import { type Difference, disposeEngines, NodeVM, VM, VMError } from '@beddel/vm2-migration'
import { VARIANTS } from './variants.ts'

afterAll(disposeEngines)

const OURS = VARIANTS.filter(({ engine }) => engine !== 'vm2')

describe.each(OURS)('the link on $name', ({ options }) => {
  const make = (more: object = {}): VM => new VM({ config: false, onDifference: () => {}, ...options, ...more })

  test('a guest calls only what it was given, whatever number it names', () => {
    const called: string[] = []
    const other = make({ sandbox: { secret: () => called.push('secret') } })
    const vm = make({ sandbox: { open: () => called.push('open') } })
    other.run('secret')
    // The guest makes the marks by itself, as its end of the link would for a function that the host handed out.
    const made = vm.run(
      'const mark = {}; (n) => { try { return __beddel_vm.call(0, [undefined], [[n]], false) } catch (e) { return e.name } }',
    )
    expect(made(1)).toBe('TypeError')
    const forged = make({ sandbox: { open: () => called.push('open') } })
    for (const id of [2, 3, 1e9, -1, NaN]) {
      const attempt = (): unknown =>
        forged.run(
          `Object.prototype.toJSON = undefined; delete Object.prototype.toJSON; (() => { const stand = {}; return { stand, mark: [stand, 1, ${id}, 'f'] } })()`,
        )
      expect(typeof (attempt() as { stand: unknown }).stand).toBe('object')
    }
    expect(called).toEqual([])
  })

  test('data that looks like a mark is data', () => {
    const value = make().run('[[{}, 0, 1, "f"], { 0: {}, 1: 1 }]')
    expect(value).toEqual([[{}, 0, 1, 'f'], { 0: {}, 1: 1 }])
  })

  test('a guest that breaks its end of the link breaks only itself', () => {
    const vm = make({ sandbox: { f: () => 1 } })
    for (const source of [
      'Map.prototype.get = () => undefined; WeakMap.prototype.get = () => 7; 1',
      'Array.prototype.push = function () { throw 1 }; (() => 1)',
      'Object.defineProperty = () => { throw new Error("gone") }; ({ f() {} })',
      'Reflect.apply = () => globalThis; f()',
      'Array.isArray = () => true; Object.keys = () => ["__proto__", "constructor"]; ({ a: 1 })',
    ]) {
      // What comes of it is the guest's own affair.
      try {
        vm.run(source)
      } catch {}
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    expect(make().run('1 + 1')).toBe(2)
  })

  test('keys that reach for prototypes stay keys', () => {
    const value = make().run('({ f() {}, ["__proto__"]: { polluted: 1 }, constructor: 5 })')
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    const methods = make().run('class A { ["__proto__"]() {} constructor_() {} }; new A()')
    expect(Object.getPrototypeOf(methods)).toBe(Object.prototype)
  })

  test('nothing of the host is reached through what it gave', () => {
    const vm = make({ sandbox: { f: () => ({ a: 1 }), o: { list: [1] } } })
    const probe = `const reach = (v) => { try { return typeof v.constructor.constructor('return process')() } catch (e) { return e.name } }
      [reach(f), reach(f()), reach(o), reach(o.list), (() => { try { f.caller } catch (e) { return 'refused' } })(), reach(__beddel_vm.out)]`
    expect(vm.run(probe).every((text: unknown) => text !== 'object')).toBe(true)
  })

  test('a Buffer brings its own bytes and not those of the pool', () => {
    const secret = Buffer.from('do not show this')
    const given = Buffer.from('mine')
    expect(given.buffer).toBe(secret.buffer)
    expect(make({ sandbox: { given } }).run('given.buffer.byteLength')).toBe(4)
  })

  test('what live objects would have shown is reported with its path', () => {
    const seen: Difference[] = []
    const state = { user: { name: 'a' }, list: [1] }
    const vm = make({ sandbox: { state }, name: 'orders', onDifference: (difference: Difference) => seen.push(difference) })
    vm.run('state.user.name')
    expect(seen).toEqual([])
    vm.run('state.user.name = "b"')
    vm.run('(o) => { o.n = 2 }')({ n: 1 })
    state.list.push(2)
    vm.setGlobal('other', { a: 1 })
    vm.run('1')
    expect(seen.map(({ code, path, name }) => [code, path, name])).toEqual([
      ['host-object-changed-by-guest', 'state.user.name', 'orders'],
      ['host-object-changed-by-guest', 'arguments[0].n', 'orders'],
      ['host-object-changed-by-host', 'state.list.1', 'orders'],
    ])
  })

  test('every call into the guest is limited, also those of its functions and promise jobs', async () => {
    const vm = make({ limits: { timeoutMs: 200 } })
    const spin = vm.run('() => { for (;;) {} }')
    expect(() => spin()).toThrow(expect.objectContaining({ code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' }))
    expect(() => vm.run('1')).toThrow(expect.objectContaining({ code: 'BEDDEL_SESSION_LOST' }))
  })

  test('promises that wait for a guest end with it', async () => {
    const vm = make({ sandbox: { never: () => new Promise(() => {}) }, limits: { timeoutMs: 150 } })
    const waits = vm.run('(async () => { await never(); return 1 })()')
    const nested = vm.run('({ at: { last: Promise.resolve(7) } })')
    expect(await nested.at.last).toBe(7)
    expect(() => vm.run('for (;;) {}')).toThrow()
    await expect(waits).rejects.toBeInstanceOf(Error)
  })

  test('promises in arguments, and those that nobody reads, are settled once the guest can be entered', async () => {
    const got: unknown[] = []
    const vm = make({
      sandbox: {
        take: (p: Promise<unknown>) => {
          p.then(
            (v) => got.push(v),
            (e: Error) => got.push(e.message),
          )
        },
      },
    })
    vm.run('take(Promise.resolve(1)); take(Promise.reject(new Error("no"))); take((async () => { await null; return 2 })()); 0')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(new Set(got)).toEqual(new Set([1, 2, 'no']))
  })

  test('a guest cannot make the host keep promises that it does not know', () => {
    const vm = make()
    const flood = `(() => { for (let i = 0; i < 2000; i++) Promise.reject(i); return 'done' })()`
    expect(vm.run(flood)).toBe('done')
  })

  test('a function that the guest keeps outlives many that it does not', { timeout: 60_000 }, () => {
    const vm = make()
    const keep = vm.run('let kept; (f) => { kept = f; return () => kept(2) }')
    const last = keep((n: number) => n * 10)
    const hand = vm.run('(f) => f(1)')
    // Past the number at which the guest's end looks for what it holds no longer.
    for (let i = 0; i < 2_500; i++) expect(hand((n: number) => n + i)).toBe(1 + i)
    expect(last()).toBe(20)
  })

  test('a rejection that nobody handles does not end the host', async () => {
    make().run('Promise.reject(new Error("nobody")); (async () => { throw new Error("nobody") })()')
    await new Promise((resolve) => setTimeout(resolve, 20))
  })

  test('what a timer of the guest throws goes to a listener', async () => {
    const vm = new NodeVM({ config: false, onDifference: () => {}, ...options })
    const failed = new Promise((resolve) => vm.once('guest-error', resolve))
    vm.run('setTimeout(() => { throw new TypeError("late") }, 1)')
    expect(await failed).toBeInstanceOf(TypeError)
  })

  test('disposed of, a VM and its functions say so, and its timers are gone', async () => {
    let fired = 0
    const vm = new NodeVM({ config: false, onDifference: () => {}, ...options, sandbox: { tick: () => fired++ } })
    const f = vm.run('setInterval(tick, 1); module.exports = () => 1')
    vm.dispose()
    fired = 0
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(fired).toBe(0)
    for (const use of [() => f(), () => vm.run('1')]) expect(use).toThrow(expect.objectContaining({ code: 'BEDDEL_DISPOSED' }))
  })

  test('many VMs live side by side', () => {
    const vms = Array.from({ length: 12 }, (_, i) => make({ sandbox: { i } }))
    expect(vms.map((vm) => vm.run('i * 2'))).toEqual(vms.map((_, i) => i * 2))
    for (const vm of vms) vm.dispose()
  })

  test('what the class cannot take is said when it is made', () => {
    expect(() => make({ timout: 5 })).toThrow(/timout.*timeout/)
    expect(() => make({ name: '' })).toThrow(/name/)
    expect(() => make({ nesting: true })).toThrow(/nesting/)
    expect(() => make().readonly({}, {})).toThrow(VMError)
  })
})

test('an engine that cannot run synchronously is refused by its name', () => {
  const make = (): VM => new VM({ engine: 'worker', config: false, trust: 'trusted' })
  expect(make).toThrow(expect.objectContaining({ code: expect.stringMatching(/BEDDEL_(OPTION_UNSUPPORTED|ENGINE_UNAVAILABLE)/) }))
})

test('in process needs consent where a guest could end the host', () => {
  const make = (): VM => new VM({ engine: 'isolated-vm', placement: 'in-process', config: false })
  expect(make).toThrow(expect.objectContaining({ code: 'BEDDEL_PLACEMENT_REFUSED' }))
})

test('VMs that nobody holds any more are collected in time, and their cells with them', () => {
  const run = (keep: boolean): { collected: number; grownMiB: number } => {
    const source = `
      import { VM } from '@beddel/vm2-migration'
      let collected = 0
      const kept = []
      const seen = new FinalizationRegistry(() => collected++)
      const make = () => {
        const vm = new VM({ engine: 'isolated-vm', placement: 'in-process', trust: 'trusted', config: false, sandbox: { f() {} } })
        seen.register(vm)
        const fn = vm.run('globalThis.big = new Uint8Array(1e6); () => f')
        fn()
        if (${keep}) kept.push(fn)
      }
      const before = process.memoryUsage().rss
      for (let i = 0; i < 150; i++) { make(); await new Promise((resolve) => setImmediate(resolve)) }
      console.log(JSON.stringify({ collected, grownMiB: (process.memoryUsage().rss - before) / 2 ** 20 }))
      process.exit()`
    const args = ['--no-node-snapshot', '--input-type=module', '--eval', source]
    return JSON.parse(execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8', timeout: 60_000 })) as never
  }
  const dropped = run(false)
  const kept = run(true)
  expect(dropped.collected).toBeGreaterThan(75)
  expect(kept.grownMiB).toBeGreaterThan(150)
  expect(dropped.grownMiB).toBeLessThan(kept.grownMiB * 0.7)
})

test('to start the engine is none of the guest’s time', async () => {
  await disposeEngines()
  // No process starts in so little time; calls into the guest are held to it.
  const make = (): VM => new VM({ config: false, engine: 'isolated-vm', limits: { timeoutMs: 5 } })
  expect(make).not.toThrow()
  const slow = make()
  expect(() => slow.run('for (;;);')).toThrow(expect.objectContaining({ code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' }))
})

test('exposeHostErrors: false keeps the code of an error from the guest too', () => {
  const f = (): never => {
    throw Object.assign(new Error('of the host'), { code: 'ESECRET' })
  }
  const vm = new VM({ config: false, engine: 'isolated-vm', exposeHostErrors: false, sandbox: { f } })
  expect(vm.run('try { f() } catch (error) { [error.name, error.message, error.code].join() }')).not.toMatch(/of the host|ESECRET/)
})
