import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { childrenOf, eventually, isAlive } from './children.js'

const HOST = fileURLToPath(new URL('./fixtures/host.mjs', import.meta.url))

/** Starts a host program and waits for its word. */
async function startHost(mode: string): Promise<{ host: ReturnType<typeof spawn>; children: number[] }> {
  const host = spawn(process.execPath, [HOST, mode], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: host.stdout as NodeJS.ReadableStream })
  await new Promise<void>((resolve) => lines.once('line', () => resolve()))
  return { host, children: childrenOf(host.pid as number) }
}

test.each(['idle', 'busy', 'parked', 'relay'])('a host that is killed while it is %s leaves no child behind', async (mode) => {
  const { host, children } = await startHost(mode)
  expect(children.length).toBeGreaterThan(0)
  host.kill('SIGKILL')
  expect(await eventually(() => !children.some(isAlive))).toBe(true)
})

test('an idle executor does not keep its host from ending', async () => {
  const { host, children } = await startHost('ends')
  const code = host.exitCode ?? (await new Promise((resolve) => host.once('exit', resolve)))
  expect(code).toBe(0)
  expect(await eventually(() => !children.some(isAlive))).toBe(true)
}, 10_000)
