import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { afterAll, expect, test } from 'vitest'
import { WorkerExecutor } from '../dist/index.js'

const MiB = 1024 * 1024
const entry = new URL('../dist/index.js', import.meta.url).href
const executor = new WorkerExecutor()
afterAll(() => executor.dispose())

/** Gone, or a zombie that its parent has not asked about. */
const ended = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
  } catch {
    return true
  }
  const stat = `/proc/${pid}/stat`
  return existsSync(stat) && / Z /.test(readFileSync(stat, 'utf8'))
}
const soon = async (holds: () => boolean): Promise<boolean> => {
  for (let i = 0; i < 60 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 50))
  return holds()
}
const childrenOf = (pid: number): number[] =>
  spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line.trim() !== '')
    .map(Number)

test.each([
  ['Array(1e9).fill(0)'],
  ['const m = new Map(); for (let i = 0; ; i++) m.set(i, {})'],
  ['const a = []; for (;;) a.push({})'],
  ['const a = []; for (;;) a.push(new Uint8Array(1e6).fill(1))'],
  [`'a'.repeat(2 ** 28).split('')`],
  ['const o = {}; for (let i = 0; ; i++) o["k" + i] = i'],
])('%s ends in BEDDEL_MEMORY_LIMIT and the host goes on', async (source) => {
  const before = process.memoryUsage.rss()
  const outcome = await executor.run(source, { limits: { memoryBytes: 16 * MiB, timeoutMs: 10_000 } })
  expect(outcome.error?.code).toBe('BEDDEL_MEMORY_LIMIT')
  expect(process.memoryUsage.rss() - before).toBeLessThan(64 * MiB)
  expect((await executor.run('1 + 1')).result).toBe(2)
})

test('without a process of its own the same guest ends its host', () => {
  const program = `new (require('node:worker_threads').Worker)("Array(1e9).fill(0)", { eval: true, resourceLimits: { maxOldGenerationSizeMb: 16 } }).on('error', () => {})`
  const { status } = spawnSync(process.execPath, ['-e', program], { timeout: 20_000 })
  expect(status).not.toBe(0)
})

test.each([['for (;;) new Array(1000).fill(1.1)'], ['new Array(2 ** 32 - 1).indexOf(5)']])(
  '%s, which nothing interrupts, is killed',
  async (source) => {
    const startedAt = performance.now()
    const outcome = await executor.run(source, { limits: { timeoutMs: 500 } })
    expect(outcome.error?.code).toBe('BEDDEL_TIMEOUT')
    expect(performance.now() - startedAt).toBeLessThan(750)
  },
)

test('a process that served one tenant never serves another', async () => {
  const pool = new WorkerExecutor({ processes: { max: 1 } })
  try {
    await pool.run('1', { tenant: 'a' })
    const [first] = pool.pids()
    await pool.run('1', { tenant: 'a' })
    expect(pool.pids()).toEqual([first])
    await pool.run('1', { tenant: 'b' })
    expect(pool.pids()).not.toContain(first)
    expect(await soon(() => ended(first as number))).toBe(true)
  } finally {
    await pool.dispose()
  }
})

test('a guest has no environment, no file and no process to start, even from the host realm of its process', async () => {
  process.env.BEDDEL_TEST_SECRET = 'secret'
  expect(runInNewContext(`this.constructor.constructor('return process')().env.BEDDEL_TEST_SECRET`)).toBe('secret')
  const pool = new WorkerExecutor({ processes: { max: 1 } })
  try {
    await pool.run('1')
    const [pid] = pool.pids()
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
    expect(environment).not.toContain('secret')
    expect(environment).not.toContain('PATH=')
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    expect(line).toContain('--permission')
    expect(line.filter((word) => word.startsWith('--allow'))).toEqual([
      '--allow-worker',
      expect.stringContaining('/dist'),
      expect.stringContaining('tinypool'),
    ])
  } finally {
    delete process.env.BEDDEL_TEST_SECRET
    await pool.dispose()
  }
})

test('a killed child ends its run and is replaced', async () => {
  const pool = new WorkerExecutor({ processes: { max: 1 } })
  try {
    await pool.run('1')
    const run = pool.run('await new Promise((r) => hold().then(r))', { hostFunctions: { hold: () => new Promise(() => {}) } })
    await new Promise((resolve) => setTimeout(resolve, 200))
    process.kill(pool.pids()[0] as number, 'SIGKILL')
    expect((await run).error).toMatchObject({ code: 'BEDDEL_ENGINE_CRASHED', started: true, retryable: false })
    expect((await pool.run('2')).result).toBe(2)
  } finally {
    await pool.dispose()
  }
})

test.each([['/bin/false'], ['/no/such/node']])('a host that cannot start %s is told so', (command) => {
  const program = `const { WorkerExecutor } = await import(${JSON.stringify(entry)})
    process.execPath = ${JSON.stringify(command)}
    const executor = new WorkerExecutor()
    const ready = await executor.ready().catch(({ code }) => code)
    const { error } = await executor.run('1')
    await executor.dispose()
    console.log(ready, error.code, error.started, error.retryable)`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8', timeout: 15_000 })
  expect([stdout, stderr]).toEqual(['BEDDEL_ENGINE_UNAVAILABLE BEDDEL_ENGINE_UNAVAILABLE false true\n', ''])
})

test('dispose ends every process and every run', async () => {
  const pool = new WorkerExecutor()
  const runs = [pool.run('for (;;);'), pool.run('for (;;);'), pool.run('for (;;);')]
  await new Promise((resolve) => setTimeout(resolve, 500))
  const pids = pool.pids()
  expect(pids.length).toBeGreaterThan(0)
  await pool.dispose()
  for (const run of runs) expect((await run).error?.code).toBe('BEDDEL_DISPOSED')
  expect(pids.every(ended)).toBe(true)
  await expect(pool.run('1')).rejects.toMatchObject({ code: 'BEDDEL_DISPOSED' })
})

test.each(['child_process', 'worker_threads'])('an idle pool of %s does not keep its host alive', (runtime) => {
  const program = `const { WorkerExecutor } = await import(${JSON.stringify(entry)})
    const executor = new WorkerExecutor({ runtime: '${runtime}', trust: 'trusted' })
    console.log((await executor.run('6 * 7')).result)`
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8', timeout: 15_000 })
  expect([stdout, status]).toEqual(['42\n', 0])
})

test.each([['for (;;);'], ['hold()']])('a host that is killed leaves no orphan that is in %s', async (source) => {
  const program = `const { WorkerExecutor } = await import(${JSON.stringify(entry)})
    const executor = new WorkerExecutor()
    await executor.run('1')
    executor.run(${JSON.stringify(source)}, { hostFunctions: { hold: () => new Promise(() => {}) }, limits: { timeoutMs: 100_000 } })
    setTimeout(() => console.log('up'), 200)`
  const host = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => host.stdout.once('data', resolve))
  const children = childrenOf(host.pid as number)
  expect(children.length).toBeGreaterThan(0)
  expect(children.some(ended)).toBe(false)
  host.kill('SIGKILL')
  expect(await soon(() => children.every(ended))).toBe(true)
})
