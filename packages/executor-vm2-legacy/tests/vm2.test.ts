import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { runInNewContext } from 'node:vm'
import { syncHostFunction } from '@beddel/core/engine'
import { afterAll, describe, expect, test } from 'vitest'
import { VM2_DISCLAIMER, Vm2Executor, type Vm2Options, vm2Capabilities, vm2Provider } from '../dist/index.js'

const consent: Vm2Options = { allowVm2: true, suppressWarning: true, trust: 'trusted' }
const executor = new Vm2Executor({ ...consent, web: true })
afterAll(() => executor.dispose())
const entry = JSON.stringify(new URL('../dist/index.js', import.meta.url).href)
const refused = (code: string): Error => expect.objectContaining({ code }) as Error

describe('consent', () => {
  test('without a word for vm2 there is no executor', async () => {
    expect(() => new Vm2Executor({ trust: 'trusted' })).toThrow(refused('BEDDEL_TRUST_FLOOR'))
    expect(() => new Vm2Executor({ trust: 'trusted', allowVm2: false })).toThrow(refused('BEDDEL_TRUST_FLOOR'))
    await expect(vm2Provider.create()).rejects.toMatchObject({ code: 'BEDDEL_TRUST_FLOOR' })
  })

  test('a word for vm2 is none for its placement', () => {
    expect(() => new Vm2Executor({ allowVm2: true, suppressWarning: true })).toThrow(refused('BEDDEL_PLACEMENT_REFUSED'))
    expect(() => new Vm2Executor({ ...consent, placement: 'process' })).toThrow(refused('BEDDEL_OPTION_UNSUPPORTED'))
    expect(() => new Vm2Executor({ ...consent, processes: { max: 1 } })).toThrow(refused('BEDDEL_OPTION_UNSUPPORTED'))
  })

  test('the environment can allow it and silence it', () => {
    const program = `const { Vm2Executor } = await import(${entry}); console.log((await new Vm2Executor({ acceptHostRisk: true }).run('6 * 7')).result)`
    const env = { ...process.env, BEDDEL_ALLOW_VM2: '1', BEDDEL_SUPPRESS_VM2_WARNING: '1' }
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8', env })
    expect([stdout, stderr]).toEqual(['42\n', ''])
  })

  test("prints vm2's own disclaimer, once", () => {
    const program = `const { Vm2Executor } = await import(${entry})
      for (let i = 0; i < 3; i++) new Vm2Executor({ allowVm2: true, trust: 'trusted' })`
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
    expect(stderr.split('BEDDEL_VM2]').length - 1).toBe(1)
    const readme = readFileSync(createRequire(import.meta.url).resolve('vm2/README.md'), 'utf8')
    const text = readme.replace(/\*\*|\[|\]\([^)]*\)/g, '').replace(/\s+/g, ' ')
    for (const sentence of VM2_DISCLAIMER) {
      expect(text).toContain(sentence)
      expect(stderr).toContain(sentence)
    }
  })

  test('memory cannot be limited: a stated limit is refused, the default is listed', async () => {
    expect(() => new Vm2Executor({ ...consent, limits: { memoryLimit: 64 } })).toThrow(refused('BEDDEL_OPTION_UNSUPPORTED'))
    expect((await executor.run('1')).unenforced).toEqual(['memoryBytes'])
    expect(vm2Capabilities()).toMatchObject({ boundary: false, survivesGuest: false, blocksHost: true, placement: 'in-process' })
  })

  test('unknown options are named', () => {
    expect(() => new Vm2Executor({ ...consent, timout: 1 } as never)).toThrow(refused('BEDDEL_INVALID_OPTION'))
    expect(() => new Vm2Executor({ ...consent, sandbox: {}, globals: {} })).toThrow(refused('BEDDEL_INVALID_OPTION'))
  })

  test('its probe runs a canary, asks nobody and prints nothing', async () => {
    expect(await vm2Provider.probe()).toMatchObject({ usable: true, version: expect.stringMatching(/^3\./) as string })
  })

  test('nothing happens at import', () => {
    const program = `await import(${entry}); console.log(Object.keys((await import('node:module')).createRequire('/')('module')._cache).filter((p) => /vm2/.test(p)).length)`
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })).toBe('0\n')
  })
})

describe('runs', () => {
  test.each([
    ['2 + 2', 4],
    ['let a = 1; a + 1', 2],
    ['return 2 + 2', 4],
    ['const a = await Promise.resolve(1); return a + 1', 2],
    ['export default 7', 7],
    ['({ a: [1, new Map([[1n, new Date(0)]])] })', { a: [1, new Map([[1n, new Date(0)]])] }],
    ['typeof process + typeof require + typeof eval + typeof Buffer', 'undefined'.repeat(4)],
    ['class A extends RangeError {} new A("m") instanceof RangeError', true],
  ])('%s gives a value', async (source, value) => {
    expect((await executor.run(source)).result).toEqual(value)
    expect(executor.runSync?.(source).result).toEqual(value)
  })

  test.each([
    ['let x = ;', 'BEDDEL_GUEST_SYNTAX'],
    ['}); globalThis.pwned = 1; (async function(){ await 1', 'BEDDEL_GUEST_SYNTAX'],
    ['throw new TypeError("x")', 'BEDDEL_GUEST_THROWN'],
    ['throw undefined', 'BEDDEL_GUEST_THROWN'],
    ['return await import("x")', 'BEDDEL_GUEST_THROWN'],
    ['import a from "x"; export default a', 'BEDDEL_GUEST_THROWN'],
    ['throw new RangeError("Maximum call stack size exceeded")', 'BEDDEL_GUEST_THROWN'],
    ['function f() { return f() } f()', 'BEDDEL_STACK_LIMIT'],
    ['for (;;);', 'BEDDEL_TIMEOUT'],
    ['(async () => { for (;;) await 0 })()', 'BEDDEL_TIMEOUT'],
    ['try { for (;;); } catch { for (;;); } finally { for (;;); }', 'BEDDEL_TIMEOUT'],
    ['new Promise(() => {})', 'BEDDEL_TIMEOUT'],
    ['() => 1', 'BEDDEL_NOT_TRANSFERABLE'],
    ['"x".repeat(5e6)', 'BEDDEL_RESULT_TOO_LARGE'],
  ])('%s ends in %s', async (source, code) => {
    expect((await executor.run(source, { limits: code === 'BEDDEL_TIMEOUT' ? { timeoutMs: 300 } : {} })).error?.code).toBe(code)
  })

  test('vm2 alone lets an await loop stop its host for good', () => {
    const program = `const { VM } = require(${JSON.stringify(createRequire(import.meta.url).resolve('vm2'))})
      setTimeout(() => process.exit(7), 100)
      new VM({ timeout: 50 }).run('(async () => { for (;;) await 0 })(); 0')`
    expect(spawnSync(process.execPath, ['-e', program], { timeout: 3_000 }).signal).toBe('SIGTERM')
  })

  test("the caller's own vm2 and node:vm stay as they were", async () => {
    const program = `const require = (await import('node:module')).createRequire(${JSON.stringify(import.meta.url)})
      const vm = require('node:vm')
      const { createContext } = vm
      const before = require('vm2')
      const { Vm2Executor } = await import(${entry})
      const outcome = await new Vm2Executor({ allowVm2: true, suppressWarning: true, trust: 'trusted' }).run('await 1; return 2')
      const jobs = []
      new before.VM({ sandbox: { jobs } }).run('Promise.resolve().then(() => jobs.push(1)); 0')
      const during = jobs.length
      await null
      console.log(outcome.result, vm.createContext === createContext, require('vm2') === before, during, jobs.length)`
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })).toBe('2 true true 0 1\n')
  })

  test('calls host functions, with values and errors by value', async () => {
    const hostFunctions = {
      math: { add: (a: number, b: number) => a + b },
      twice: syncHostFunction((n: number) => n * 2),
      boom: () => {
        throw new Error('a secret')
      },
    }
    const source = 'try { await boom() } catch (e) { return [await math.add(1, 2), twice(4), e instanceof Error, e.message] }'
    expect((await executor.run(source, { hostFunctions })).result).toEqual([3, 8, true, 'boom failed'])
    expect(executor.runSync?.('math.add(1, 2) + twice(2)', { hostFunctions }).result).toBe(7)
  })

  test('logs, timers, TypeScript, operations, sessions, programs, an abort of a parked run', async () => {
    const logged = await executor.run('console.log("x", { a: 1 }); const n: number = 3; n', { language: 'ts' })
    expect([logged.result, logged.logs[0]?.text]).toEqual([3, 'x { a: 1 }'])
    expect((await executor.run('await new Promise((r) => setTimeout(r, 10)); return new URL("http://a/b").host')).result).toBe('a')
    const counted = await executor.run('try { for (;;); } catch { for (;;); }', { limits: { operations: 1_000, timeoutMs: 300 } })
    expect(counted.error?.code).toBe('BEDDEL_OPERATION_LIMIT')
    const session = await executor.session()
    expect([(await session.run('let n = 1; n')).result, (await session.run('++n')).result]).toEqual([1, 2])
    await session.dispose()
    const program = await executor.compile('input * 2')
    expect((await program.run({ input: 4 })).result).toBe(8)
    const parked = await executor.run('await new Promise((r) => setTimeout(r, 60_000))', { signal: AbortSignal.timeout(50) })
    expect(parked.error?.code).toBe('BEDDEL_ABORTED')
  })

  test("takes vm2's sandbox, and eval and WebAssembly where they are asked for", async () => {
    const open = new Vm2Executor({ ...consent, sandbox: { k: 5 }, codegen: true, wasm: true })
    expect((await open.run('eval("k + 1") + new Function("return 1")() + (typeof WebAssembly).length')).result).toBe(13)
    expect((await executor.run('(() => {}).constructor("return 1")()')).error?.code).toBe('BEDDEL_GUEST_THROWN')
  })

  test('keeps nothing between runs', async () => {
    await executor.run('globalThis.left = 1; Object.prototype.left = 1; 0')
    expect((await executor.run('[typeof left, {}.left]')).result).toEqual(['undefined', undefined])
    expect(({} as { left?: unknown }).left).toBeUndefined()
  })
})

describe('attacks', () => {
  const PID = `('return process')().pid`
  const hostFunctions = {
    echo: (x: unknown) => x,
    boom: () => {
      throw new Error('x')
    },
  }
  const boom = (): never => {
    throw new Error('x')
  }
  const box = { echo: (x?: unknown) => x ?? {}, boom }
  const bare = Object.create(null) as object
  const overflow = `let got = 'nothing'
    const dive = () => { try { dive() } catch {} try { new Error('x').stack } catch (e) { try { if (!(e instanceof Error)) got = e.constructor.constructor${PID} } catch {} } }
    dive()`

  test.each([
    ['this.constructor.constructor', () => runInNewContext(`this.constructor.constructor${PID}`), `this.constructor.constructor${PID}`],
    ["a host function's constructor", () => runInNewContext(`echo.constructor${PID}`, box), `echo.constructor${PID}`],
    [
      "a host function's result",
      () => runInNewContext(`echo().constructor.constructor${PID}`, box),
      `return (await echo({})).constructor.constructor${PID}`,
    ],
    [
      'what a host function throws',
      () => runInNewContext(`try { boom() } catch (e) { e.constructor.constructor${PID} }`, box),
      `try { await boom() } catch (e) { return e.constructor.constructor${PID} }`,
    ],
    [
      'import() that is refused',
      () => runInNewContext(`import('x').catch((e) => e.constructor.constructor${PID})`, bare),
      `return await import('x').catch((e) => e.constructor.constructor${PID})`,
    ],
    ['a formatted stack at the end of the stack', () => runInNewContext(`${overflow}; got`, bare), `${overflow}; got`],
  ])('does not fall to %s', async (_, naive, guest) => {
    expect(await naive()).toBe(process.pid)
    const outcome = await executor.run(guest, { hostFunctions, limits: { timeoutMs: 20_000 } })
    expect(typeof outcome.result).not.toBe('number')
    expect(outcome.success || outcome.error?.code).toSatisfy((end: unknown) => end === true || end === 'BEDDEL_GUEST_THROWN')
  })
})

describe('rejections that nobody handles', () => {
  const guests = [
    'Promise.reject(new Error("at once")); 1',
    '(async () => { throw new Error("in an async function") })(); 1',
    '(async () => { await 0; throw new Error("in a job") })(); 1',
    '(async () => { await f(); throw new Error("after a host call") })(); return await f()',
    '(async () => { await f(); await f(); throw new Error("after the end") })(); return 1',
    'setTimeout(() => { Promise.reject(new Error("in a timer")) }, 1); return new Promise((resolve) => setTimeout(resolve, 10))',
    'const late = Promise.reject(new Error("handled late")); await f(); late.catch(() => {}); return await f()',
    '(async () => { throw new Error("before a timeout") })(); for (;;);',
  ]
  const inNode = (program: string) => spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })

  test("vm2 by itself lets a guest end its host's process", () => {
    const vm2 = JSON.stringify(pathToFileURL(createRequire(import.meta.url).resolve('vm2')).href)
    const { status } = inNode(
      `const { VM } = (await import(${vm2})).default; new VM().run('(async () => { throw 1 })(); 2'); setTimeout(() => {}, 50)`,
    )
    expect(status).toBe(1)
  })

  test("a guest's do not reach the host", () => {
    const { status, stdout, stderr } = inNode(`const { Vm2Executor } = await import(${entry})
      for (const event of ['unhandledRejection', 'rejectionHandled', 'uncaughtException', 'warning']) process.on(event, (what) => console.log(event, what))
      const executor = new Vm2Executor({ allowVm2: true, suppressWarning: true, trust: 'trusted', web: true })
      const f = () => new Promise((resolve) => setTimeout(resolve, 2))
      for (const guest of ${JSON.stringify(guests)}) await executor.run(guest, { hostFunctions: { f }, limits: { timeoutMs: 200 } })
      await new Promise((resolve) => setTimeout(resolve, 30))
      console.log(process.domain ?? 'no domain')`)
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'no domain\n', stderr: '' })
  })

  test("the host's own do, from a host function too", () => {
    const { stdout } = inNode(`const { Vm2Executor } = await import(${entry})
      process.on('unhandledRejection', (why) => console.log(why))
      const executor = new Vm2Executor({ allowVm2: true, suppressWarning: true, trust: 'trusted' })
      const f = () => { Promise.reject('mine') }
      await executor.run('return await f()', { hostFunctions: { f } })
      await new Promise((resolve) => setTimeout(resolve, 20))`)
    expect(stdout).toBe('mine\n')
  })

  test('where the host uses domains, nothing of ours hangs on what a guest holds', () => {
    const { stdout } = inNode(`await import('node:domain')
      const { Vm2Executor } = await import(${entry})
      const executor = new Vm2Executor({ allowVm2: true, suppressWarning: true, trust: 'trusted' })
      const guest = \`const d = Promise.resolve().domain; [d === undefined || Object.getPrototypeOf(d) === null, d?.emit === undefined || Object.getPrototypeOf(d.emit) === null]\`
      console.log(JSON.stringify((await executor.run(guest)).result))`)
    expect(stdout).toBe('[true,true]\n')
  })
})
