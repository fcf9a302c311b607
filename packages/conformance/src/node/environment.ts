import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KitEnvironment } from '../harness/environment.js'
import type { Bait, Scene } from '../harness/scene.js'
import { HOST_PATHS } from './host-paths.js'
import { descendants, isAlive, processesWith } from './processes.js'
import { runQueueClock } from './run-queue.js'

const word = (prefix: string): string => `${prefix}${randomBytes(12).toString('hex')}`
const { memoryUsage, resourceUsage } = process

/** Node: files, environment variables and processes to be reached, a loopback server, and the scheduler's own figures. */
export const nodeEnvironment: KitEnvironment = {
  makeScene,
  isWritten: ({ bait }) => existsSync(bait.write),
  waiting: runQueueClock,
  memory: { now: () => memoryUsage.rss(), highest: () => resourceUsage.call(process).maxRSS * 1024 },
  watched: () => [
    { name: 'Buffer', object: Buffer },
    { name: 'Buffer.prototype', object: Buffer.prototype },
    { name: 'process.env', object: process.env },
  ],
  listen: async (onRequest) => {
    const server = createServer((_request, response) => {
      onRequest()
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return {
      port: (server.address() as AddressInfo).port,
      close: () => {
        server.closeAllConnections()
        server.close()
      },
    }
  },
  processes: {
    below: () => descendants(process.pid),
    endThoseWith: (marker) => {
      const found = processesWith(marker)
      for (const pid of found) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
      return found
    },
  },
}

function makeScene(): Scene {
  const dir = mkdtempSync(join(tmpdir(), 'beddel-attack-'))
  const bait: Bait = { read: join(dir, word('r')), write: join(dir, word('w')), env: word('BEDDEL_CANARY_'), marker: word('marker-') }
  const secrets = { file: word('file-'), env: word('env-'), host: word('host-') }
  writeFileSync(bait.read, secrets.file)
  process.env[bait.env] = secrets.env
  return {
    bait,
    secrets,
    hostPaths: HOST_PATHS,
    clear: () => {
      delete process.env[bait.env]
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
