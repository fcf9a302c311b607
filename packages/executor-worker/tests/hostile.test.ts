import { createContext, runInContext, runInNewContext, runInThisContext } from 'node:vm'
import { afterAll, describe, expect, test } from 'vitest'
import { WorkerExecutor, type WorkerRuntime } from '../dist/index.js'

// Each attack ends in a process id where it reached a host. First it must reach the one of a naive sandbox: a `node:vm`
// context that was given objects of the host, as people write it. Then it must not reach that of a cell.
const PID = `('return process')().pid`
/** A function of the host in sloppy mode, as CommonJS code has them. */
const sloppyCall = runInThisContext('(function (fn) { return fn() })') as <T>(fn: () => T) => T
const down = (n: number): number => (n > 0 ? down(n - 1) + 1 : 0)

interface Attack {
  title: string
  naive(): unknown
  guest: string
  wasm?: boolean
}

/** Collects what is thrown at every depth where the stack ends, in or under `call`. */
const atTheEnd = (call: string): string => `
  let got = 'nothing'
  const look = (e) => { try { if (!(e instanceof Error)) got = e.constructor.constructor${PID} } catch {} }
  const dive = () => { try { dive() } catch (e) { look(e) } try { ${call} } catch (e) { look(e) } }
  dive()`

const attacks: Attack[] = [
  {
    title: 'this.constructor.constructor',
    naive: () => runInNewContext(`this.constructor.constructor${PID}`),
    guest: `this.constructor.constructor${PID}`,
  },
  {
    title: "a host function's constructor",
    naive: () => runInNewContext(`echo.constructor${PID}`, { echo: (x: unknown) => x }),
    guest: `echo.constructor${PID}`,
  },
  {
    title: "a host function's result",
    naive: () => runInNewContext(`echo().constructor.constructor${PID}`, { echo: () => ({}) }),
    guest: `return (await echo({})).constructor.constructor${PID}`,
  },
  {
    title: 'what a host function throws',
    naive: () => {
      const boom = (): never => {
        throw new Error('x')
      }
      return runInNewContext(`try { boom() } catch (e) { e.constructor.constructor${PID} }`, { boom })
    },
    guest: `try { await boom() } catch (e) { return e.constructor.constructor${PID} }`,
  },
  {
    title: 'the caller of a function of the guest',
    naive: () => {
      const fn = runInNewContext(`(function f() { return f.caller.constructor${PID} })`) as () => unknown
      return sloppyCall(fn)
    },
    guest: `function f() { return f.caller.constructor${PID} } f()`,
  },
  {
    title: 'a formatted stack at the end of the stack',
    naive: () => runInNewContext(`${atTheEnd(`new Error('x').stack`)}; got`, Object.create(null) as object),
    guest: `${atTheEnd(`new Error('x').stack`)}; got`,
  },
  {
    title: 'a host function at the end of the stack',
    naive: () => runInNewContext(`${atTheEnd('echo()')}; got`, { echo: () => down(200) }),
    guest: `${atTheEnd('echo(1).catch(look)')}; await null; return got`,
  },
  {
    title: 'import() that is refused',
    naive: () => runInNewContext(`import('x').catch((e) => e.constructor.constructor${PID})`, Object.create(null) as object),
    guest: `return await import('x').catch((e) => e.constructor.constructor${PID})`,
  },
  {
    title: "a host that calls a guest's then",
    naive: () => {
      const box = createContext(Object.create(null) as { got?: unknown })
      const promise = runInContext(
        `Promise.prototype.then = function (ok) { globalThis.got = ok.constructor${PID} }; Promise.resolve(1)`,
        box,
      ) as Promise<unknown>
      void promise.then((value) => value)
      return box.got
    },
    guest: `let got = 'nothing'
      const { then } = Promise.prototype
      Promise.prototype.then = function (ok, no) { try { got = ok.constructor${PID} } catch {} return then.call(this, ok, no) }
      await echo(1); await echo(2).then((x) => x)
      return got`,
  },
  {
    title: 'a console argument with inspect.custom',
    naive: () => {
      const said = { console: { log: (x: unknown) => void Object(x)[Symbol.for('nodejs.util.inspect.custom')](1, {}) } }
      return runInNewContext(
        `let got; console.log({ [Symbol.for('nodejs.util.inspect.custom')](_, options) { got = options.constructor.constructor${PID} } }); got`,
        said,
      )
    },
    guest: `let got = 'nothing'
      console.log({ [Symbol.for('nodejs.util.inspect.custom')](_, options) { got = options.constructor.constructor${PID} }, toString() { got = 'asked' } })
      got`,
  },
  {
    title: 'WebAssembly.compileStreaming',
    naive: () =>
      runInNewContext(`WebAssembly.compileStreaming(1).catch((e) => e.constructor.constructor${PID})`, Object.create(null) as object),
    guest: `return await WebAssembly.compileStreaming(1).catch((e) => e.constructor.constructor${PID})`,
    wasm: true,
  },
]

describe.each<WorkerRuntime>(['child_process', 'worker_threads'])('%s', (runtime) => {
  const executor = new WorkerExecutor({ runtime, trust: 'trusted' })
  const withWasm = new WorkerExecutor({ runtime, trust: 'trusted', wasm: true })
  afterAll(async () => {
    await executor.dispose()
    await withWasm.dispose()
  })
  const hostFunctions = {
    echo: (x: unknown) => x,
    boom: () => {
      throw new Error('the host says no')
    },
  }

  test.each(attacks)('does not fall to $title', async ({ naive, guest, wasm }) => {
    expect(await naive()).toBe(process.pid)
    const outcome = await (wasm ? withWasm : executor).run(guest, { hostFunctions, limits: { hostCalls: 100_000, timeoutMs: 20_000 } })
    expect(typeof outcome.result).not.toBe('number')
    expect(outcome.success || outcome.error?.code).toSatisfy((end: unknown) => end === true || end === 'BEDDEL_GUEST_THROWN')
    expect((await executor.run('1 + 1')).result).toBe(2)
  })

  test('an error of the host realm, which a formatted stack can give away, leads to nothing', async () => {
    const lead = `let got
      const dive = () => { try { dive() } catch {} try { new Error('x').stack } catch (e) { if (!(e instanceof Error)) got = e } }
      dive()`
    const naive = runInNewContext(
      `${lead}; let o = got; while (Object.getPrototypeOf(o)) o = Object.getPrototypeOf(o); o`,
      Object.create(null) as object,
    )
    expect(naive).toBe(Object.prototype)
    expect(Object.isFrozen(naive)).toBe(false)
    const outcome = await executor.run(`${lead}
      if (!got) return 'no lead'
      const found = new Set()
      const visit = (v) => {
        if (Object(v) !== v || found.has(v)) return
        found.add(v)
        visit(Object.getPrototypeOf(v))
        for (const d of Object.values(Object.getOwnPropertyDescriptors(v))) { visit(d.value); visit(d.get); visit(d.set) }
      }
      visit(Object.getPrototypeOf(got))
      const works = []
      for (const v of found) {
        if (!Object.isFrozen(v)) works.push('not frozen: ' + String(v.name))
        try { const made = v('return process')(); if (made.pid || made.then) works.push('makes code') } catch {}
      }
      return works.length ? works : 'nothing of ' + (found.size > 30 ? 'many' : found.size)`)
    expect(outcome.result).toSatisfy((said: unknown) => said === 'no lead' || said === 'nothing of many')
  })

  test('no text of a guest becomes code', async () => {
    for (const source of [
      'eval("1")',
      'new Function("return 1")()',
      '(async () => {}).constructor("return 1")()',
      '[].map.constructor("return 1")()',
    ]) {
      expect((await executor.run(source)).error?.code).toBe('BEDDEL_GUEST_THROWN')
    }
  })

  test('a guest cannot take a body for the end of its wrapper', async () => {
    const injected = '}); globalThis.pwned = 1; (async function(){ await 1'
    expect(() => runInNewContext(`(async function(){${injected}\n})`)).not.toThrow()
    expect((await executor.run(injected)).error?.code).toBe('BEDDEL_GUEST_SYNTAX')
  })

  test('what a guest throws cannot run on the host, nor pass for a timeout', async () => {
    const limits = { timeoutMs: 400 }
    const forged = await executor.run(
      `throw Object.assign(new Error('Script execution timed out.'), { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' })`,
      { limits },
    )
    expect(forged.error?.code).toBe('BEDDEL_GUEST_THROWN')
    const trapped = await executor.run('throw new Proxy({}, { get() { for (;;); }, getPrototypeOf() { for (;;); } })', { limits })
    expect(trapped.error?.code).toBe('BEDDEL_TIMEOUT')
  })

  test('traps that Node springs after a run cost their own worker only', async () => {
    const left = await executor.run(
      'Object.setPrototypeOf(Promise.prototype, new Proxy({}, { get() { for (;;); } })); Promise.reject(1); 7',
    )
    expect([7, undefined]).toContain(left.result)
    expect((await executor.run('8')).result).toBe(8)
  })

  test('a rejection that nobody handles is nobody else’s affair', async () => {
    expect((await executor.run('Promise.reject(new Error("x")); (async () => { throw 1 })(); 5')).result).toBe(5)
    expect((await executor.run('6')).result).toBe(6)
  })

  test('no path of the host is in what a guest sees or ends in', async () => {
    expect(runInNewContext("new Error('x').stack")).toContain('hostile.test')
    const seen = await executor.run(`Error.stackTraceLimit = 100
      const own = new Error('x').stack
      Error.prepareStackTrace = (_, s) => s.map((x) => x.getFileName()).join()
      own + new Error('y').stack`)
    expect(seen.result).toContain('guest.js')
    expect(seen.result).not.toMatch(/node:|file:|\/(?!\/)|beddel/)
    expect((await executor.run('null.x')).error?.guest?.stack).toMatch(/^TypeError: .*\n {4}at guest\.js:1:6$/)
  })
})
