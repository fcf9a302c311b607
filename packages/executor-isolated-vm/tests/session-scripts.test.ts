import type { Session } from '@beddel/core'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { IsolatedVmExecutor } from '../dist/index.js'

const executor = new IsolatedVmExecutor({ placement: 'in-process', trust: 'trusted' })
afterAll(() => executor.dispose())

let session: Required<Session>
beforeEach(() => {
  const fails = (): never => {
    throw new Error('no')
  }
  session = executor.sessionSync?.({ hostFunctions: { fails, twice: (n: number) => n * 2 } }) as Required<Session>
  // As its first call has brought the functions, all others look alike.
  session.runSync('0')
})

/** What declares something is run as a script, the rest is evaluated: `;var _` makes a script of any source. */
const run = (source: string, how: 'evaluated' | 'run', timeoutMs = 2_000) =>
  session.runSync(how === 'run' ? `${source}\n;var _` : source, { limits: { timeoutMs } })

test.for(['evaluated', 'run'] as const)('a source ends in the same way where it is %s, each time', (how) => {
  const results = (source: string) => Array.from({ length: 3 }, () => run(source, how).result)
  expect(results('2 + 2')).toEqual([4, 4, 4])
  expect(results('1; if (true) { 5 }')).toEqual([5, 5, 5])
  expect(results('count = (typeof count === "number" ? count : 0) + 1')).toEqual([1, 2, 3])
  expect(results('typeof this === "object" && this === globalThis')).toEqual([true, true, true])
  expect(results('typeof arguments')).toEqual(['undefined', 'undefined', 'undefined'])
  expect(results('"use strict"; (function () { return this === undefined })()')).toEqual([true, true, true])
  expect(results('twice(4)')).toEqual([8, 8, 8])
  expect(results('Promise.resolve(twice(2))')).toEqual([4, 4, 4])
  expect(results('Promise.reject(new Error("nobody")); 6')).toEqual([6, 6, 6])
  expect(run('throw new RangeError("x")', how).error?.guest).toMatchObject({ name: 'RangeError', message: 'x' })
  expect(run('throw { a: 1 }', how).error?.guest).toMatchObject({ name: 'NonError', value: { a: 1 } })
  expect(run('throw new SyntaxError("mine")', how).error).toMatchObject({ code: 'BEDDEL_GUEST_THROWN', guest: { name: 'SyntaxError' } })
  expect(run('fails()', how).error?.code).toBe('BEDDEL_HOST_FUNCTION_FAILED')
  expect(run('(function f() { f() })()', how).error?.code).toBe('BEDDEL_STACK_LIMIT')
  expect(run('nobody', how).error?.guest?.name).toBe('ReferenceError')
  expect(run('1 +', how).error?.code).toBe('BEDDEL_GUEST_SYNTAX')
  expect(run('\n\nthrow new Error("x")', how).error?.guest?.stack).toMatch(/guest\.js:3/)
  expect(run('() => 1', how).error?.code).toBe('BEDDEL_NOT_TRANSFERABLE')
  expect(run('new Promise(() => {})', how).error?.code).toBe('BEDDEL_TIMEOUT')
})

test.for([
  ['evaluated', 'for (;;);'],
  ['run', 'for (;;);'],
  ['evaluated', '(async () => { for (;;) await 0 })(); 1'],
  ['run', '(async () => { for (;;) await 0 })(); 1'],
  ['evaluated', '({ get a() { for (;;); } })'],
  ['run', '({ get a() { for (;;); } })'],
] as const)('%s, %s is stopped, and the session with it', ([how, source]) => {
  expect(run(source, how, 100).error?.code).toBe('BEDDEL_TIMEOUT')
  expect(run('1', how).error?.code).toBe('BEDDEL_SESSION_LOST')
})

test('what a script declares is there for the next one, as a script leaves it', () => {
  session.runSync('var a = 1; function f() { return 2 }; let b = 3; const c = 4; class D {}')
  expect(session.runSync('[a, f(), b, c, typeof D]').result).toEqual([1, 2, 3, 4, 'function'])
  expect(session.runSync('[delete globalThis.a, delete globalThis.f, a, "b" in globalThis]').result).toEqual([false, false, 1, false])
  // What was evaluated before sees what was declared since.
  expect(Array.from({ length: 3 }, () => session.runSync('b = b + 1').result)).toEqual([4, 5, 6])
  expect(session.runSync('c = 1').error?.guest?.name).toBe('TypeError')
})

test('a script that comes again declares again', () => {
  expect(session.runSync('let once = 1; once').result).toBe(1)
  expect(session.runSync('let once = 1; once').error?.guest?.name).toBe('SyntaxError')
  expect(session.runSync('for (var i = 0; i < 3; i++) {} i').result).toBe(3)
  expect(session.runSync('delete globalThis.i').result).toBe(false)
  const source = '(() => 1) === globalThis.last'
  session.runSync('globalThis.last = undefined')
  expect([session.runSync(source).result, session.runSync(source).result]).toEqual([false, false])
})

test('a guest that replaces what the runtime uses changes nothing', () => {
  session.runSync('JSON.parse = JSON.stringify = String.prototype.slice = Array.prototype.push = () => { throw 1 }')
  session.runSync('Object.prototype.lendsEndings = Object.prototype.op = 1; globalThis.eval = () => 9')
  expect(session.runSync('({ a: [1, "two"] })').result).toEqual({ a: [1, 'two'] })
  expect(session.runSync('var d = [twice(2)]; d').result).toEqual([4])
})

test('memory is weighed where a call comes a while after the last, not at each of many', async () => {
  const weighed = () => session.runSync('1').usage.memoryBytes
  let calls = 0
  while (weighed() !== undefined) if (++calls > 10_000) throw new Error('each of so many calls was weighed')
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(weighed()).toBeGreaterThan(0)
})
