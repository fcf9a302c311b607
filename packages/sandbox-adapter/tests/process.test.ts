import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const ADAPTER = new URL('../dist/index.js', import.meta.url).href

/** Runs a script of its own; it must end by itself, within the time. */
async function script(text: string, timeout = 15_000): Promise<{ out: string; ms: number }> {
  const startedAt = performance.now()
  const code = `import { SandboxAdapter, createExecutor, detectBestExecutor } from ${JSON.stringify(ADAPTER)}\n${text}`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], { timeout })
  return { out: stdout.trim(), ms: performance.now() - startedAt }
}

test('nothing happens at import, nor when an adapter is made', async () => {
  const { out } = await script(`
    new SandboxAdapter({ timeout: 100 })
    const loaded = process.moduleLoadList.filter((name) => /NativeModule (child_process|worker_threads|diagnostics_channel)$/.test(name))
    console.log(JSON.stringify([process.getActiveResourcesInfo(), loaded.filter((name) => name.includes('child_process'))]))`)
  expect(JSON.parse(out)).toEqual([[], []])
})

test('an idle host ends by itself, without dispose', async () => {
  expect((await script(`console.log(await new SandboxAdapter().run('2'))`)).out).toBe('2')
  expect((await script(`console.log((await new SandboxAdapter().explain()).chosen)`)).out).toBe('isolated-vm')
  expect((await script(`const e = await createExecutor('quickjs'); console.log((await e.run('2')).result)`)).out).toBe('2')
})

test('a host that waits for its first run does not end before it', async () => {
  expect((await script(`new SandboxAdapter().run('return 5').then(console.log)`)).out).toBe('5')
})

test('a launcher that never starts a child keeps a run no longer than its time', async () => {
  const { out } = await script(`
    const sandbox = new SandboxAdapter({ engine: 'isolated-vm', processes: { launcher: ['sleep', '20'] } })
    const startedAt = performance.now()
    const { code } = await sandbox.run('1', { timeoutMs: 400 }).catch((error) => error)
    console.log(code, performance.now() - startedAt < 900)
    await sandbox.dispose()`)
  expect(out).toBe('BEDDEL_TIMEOUT true')
})

test('runSync before ready selects at once', async () => {
  const { out } = await script(`
    const sandbox = new SandboxAdapter()
    const value = sandbox.runSync('input + 1', { input: 1 })
    console.log(value, sandbox.getEngine(), await sandbox.run('3'), sandbox.getStats().failureCount)
    await sandbox.dispose()`)
  expect(out).toBe('2 isolated-vm 3 0')
})

test('runSync while the engine is being loaded says so, and takes no other engine', async () => {
  const { out } = await script(`
    const sandbox = new SandboxAdapter()
    const later = sandbox.run('1')
    try { sandbox.runSync('2') } catch (error) { console.log(error.code, error.retryable) }
    console.log(await later, sandbox.runSync('2'), sandbox.getEngine())
    await sandbox.dispose()`)
  expect(out).toBe('BEDDEL_BUSY true\n1 2 isolated-vm')
})

test('runSync while the canary runs leaves one engine, and no process', async () => {
  const { out } = await script(`
    await (await createExecutor('quickjs')).dispose()
    const sandbox = new SandboxAdapter({ engine: 'quickjs' })
    const later = sandbox.run('1')
    await new Promise((resolve) => setTimeout(resolve, 20))
    console.log(sandbox.runSync('2'), await later, sandbox.getEngine())
    await sandbox.dispose()
    await sandbox.dispose()`)
  expect(out).toBe('2 1 quickjs')
})

test('a host without the right to start processes is told so, and gets no weaker engine', async () => {
  const code = `import { SandboxAdapter } from ${JSON.stringify(ADAPTER)}
    const error = await new SandboxAdapter().run('1').catch((e) => e)
    console.log(error.code, error.details.report.engines.map((e) => e.usable).join())`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--permission', '--allow-fs-read=*', '--allow-addons', '--input-type=module', '--eval', code],
    {
      timeout: 20_000,
    },
  )
  expect(stdout.trim()).toMatch(/^BEDDEL_NO_ENGINE false,false,/)
})
