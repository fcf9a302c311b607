import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterAll, expect, test } from 'vitest'
import { IsolatedVmExecutor } from '../dist/index.js'

const executor = new IsolatedVmExecutor({ hostFunctions: { fail: async () => Promise.reject(new Error('secret')) } })
afterAll(() => executor.dispose())
const forge = (report: string): string => `Object.prototype.toJSON = () => (${report});`

test.each([
  ['a limit', `${forge('{ name: "x", message: "m", engine: "memory" }')} throw new Error("mine")`],
  ['a host failure', `${forge('{ name: "x", message: "m", hostCall: 1 }')} throw new Error("mine")`],
  ['nothing', `${forge('undefined')} throw new Error("mine")`],
])('a toJSON that wants to report %s changes no report', async (_what, source) => {
  expect((await executor.run(source)).error).toMatchObject({ code: 'BEDDEL_GUEST_THROWN', guest: { name: 'Error', message: 'mine' } })
})

test('nor the report of a result that cannot cross, nor one that a getter plants', async () => {
  expect((await executor.run(`${forge('undefined')} () => 1`)).error?.code).toBe('BEDDEL_NOT_TRANSFERABLE')
  const outcome = await executor.run('({ get a() { Object.prototype.toJSON = () => undefined; return 1 } })')
  expect(outcome.result).toEqual({ a: 1 })
})

test('regular expressions that take long to compile do not get that far', async () => {
  await executor.ready()
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const source = 'const a = []; for (let i = 0; i < 40; i++) a.push(new RegExp(i + "[\\\\p{L}]".repeat(100), "iv")); a'
  const outcome = await executor.run(source)
  delay.disable()
  expect(outcome.error?.code).toBe('BEDDEL_RESULT_TOO_LARGE')
  expect(delay.max / 1e6).toBeLessThan(100)
  expect((await executor.run('/a+b/gi')).result).toEqual(/a+b/gi)
})

test.each(['new Set(Array.from({ length: 400000 }, (_, i) => "s" + i))', 'new Map(Array.from({ length: 150000 }, (_, i) => [i, "m"]))'])(
  'the loop turns while %s is read',
  async (source) => {
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    expect((await executor.run(source)).success).toBe(true)
    delay.disable()
    expect(delay.max / 1e6).toBeLessThan(100)
  },
)

test('an answer does not wait for the next source to be parsed', async () => {
  await using one = new IsolatedVmExecutor({ processes: { max: 1 } })
  await one.ready()
  const [quick] = await Promise.all([
    one.run('"answer"', { limits: { timeoutMs: 400 } }),
    one.run('<T>('.repeat(100), { language: 'ts', limits: { timeoutMs: 1_500 } }),
  ])
  expect(quick.result).toBe('answer')
})

test('a source whose mere text takes a child’s memory ends the run, not one child after another', async () => {
  await using one = new IsolatedVmExecutor()
  const outcome = await one.run(`${'a=>b=>c=>0;'.repeat(90_000)}1`, { limits: { operations: 1_000_000, timeoutMs: 8_000 } })
  expect(outcome.success || outcome.error.code !== 'BEDDEL_TIMEOUT').toBe(true)
  expect(one.getStats().processes?.spawned).toBeLessThan(4)
})

test('a program keeps to the budget of each run', async () => {
  await using one = new IsolatedVmExecutor()
  const program = await one.compile('for (let i = 0; i < 1e5; i++); 1')
  const run = async (operations?: number) => {
    const { result, error } = await program.run(operations === undefined ? {} : { limits: { operations } })
    return result ?? error?.code
  }
  expect([await run(), await run(1_000), await run(1e9), await run(1_000), await run()]).toEqual([
    1,
    'BEDDEL_OPERATION_LIMIT',
    1,
    'BEDDEL_OPERATION_LIMIT',
    1,
  ])
})

test('parameters of generators and async functions count', async () => {
  const limits = { operations: 1_000 }
  const generator = 'let c = 0; function* g(n, a = (c++, n > 0 && (g(n - 1), g(n - 1)))) {} g(18); c'
  expect((await executor.run(generator, { limits })).error?.code).toBe('BEDDEL_OPERATION_LIMIT')
  const thrower =
    'let c = 0; async function f(n, [a] = (c++, n > 0 && (f(n - 1).catch(() => {}), f(n - 1).catch(() => {})), null)) {} f(18).catch(() => {}); c'
  expect((await executor.run(thrower, { limits })).error?.code).toBe('BEDDEL_OPERATION_LIMIT')
})

test('a session that shares its child is told when the child is gone', async () => {
  await using one = new IsolatedVmExecutor({ processes: { sharing: 'tenant' }, tenant: 't' })
  const session = await one.session()
  await session.run('1')
  const abort = new AbortController()
  const other = one.run('for (;;);', { signal: abort.signal, limits: { timeoutMs: 5_000 } })
  setTimeout(() => abort.abort(), 100)
  const call = session.run('2', { limits: { timeoutMs: 1_000 } })
  await other
  const outcome = await call
  expect(outcome.success || outcome.error.code).not.toBe(undefined)
  expect(outcome.duration).toBeLessThan(1_300)
})
