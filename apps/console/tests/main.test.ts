import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../server/main.ts', import.meta.url))
const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })

async function complaint(...args: string[]): Promise<{ exitCode: number; said: string }> {
  const child = start(...args)
  const [said, [exitCode]] = await Promise.all([text(child.stderr as NodeJS.ReadableStream), once(child, 'exit')])
  return { exitCode, said }
}

test('it prints its address, serves the page there, and ends when it is told to', async () => {
  const child = start('--port', '0')
  const [first] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(String(first))?.[0] as string
  expect(await (await fetch(address)).text()).toContain('<title>beddel playground</title>')
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('a port that is no port, or is taken, is said', async () => {
  expect(await complaint('--port', 'http')).toMatchObject({ exitCode: 1, said: expect.stringContaining('--port must be from 0 to 65535') })
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  expect(await complaint('--port', String(port))).toMatchObject({ exitCode: 1, said: expect.stringContaining('EADDRINUSE') })
  other.close()
})

test.each(['', ' ', '0x50', '1e3'])('--port=%s is no port, and nothing is taken for it', async (port) => {
  expect(await complaint(`--port=${port}`)).toEqual({ exitCode: 1, said: `--port must be from 0 to 65535, got "${port}"\n` })
})

test('an unknown flag is said', async () => {
  expect(await complaint('--open')).toMatchObject({ exitCode: 1, said: expect.stringContaining("Unknown option '--open'") })
})
