import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { findPostgres } from './find-postgres.mjs'

/** A server of PostgreSQL of our own: on loopback, in a temporary folder, with a password; gone when it is stopped. */
export async function startPostgres(settings = {}) {
  const bin = findPostgres()
  if (bin === undefined)
    throw new Error('PostgreSQL is not here: run node scripts/ensure-postgres.mjs, or name the folder of its programs in BEDDEL_POSTGRES')
  const home = mkdtempSync(join(tmpdir(), 'beddel-postgres-'))
  const data = join(home, 'data')
  const password = randomBytes(16).toString('hex')
  const passwordFile = join(home, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  // It refuses to run as root.
  const user = asPostgres()
  if (user.uid !== undefined) for (const path of [home, passwordFile]) chownSync(path, user.uid, user.gid)
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'beddel', '-A', 'scram-sha-256', '--pwfile', passwordFile, '-E', 'UTF8', '--locale', 'C', '--no-sync'],
    { ...user, cwd: home, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const port = await freePort()
  const flags = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 50,
    shared_buffers: '32MB',
    ...settings,
  }
  const start = async () => {
    const child = spawn(
      join(bin, 'postgres'),
      ['-D', data, ...Object.entries(flags).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
      {
        ...user,
        cwd: home,
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text) => (said = (said + text).slice(-10_000)))
    for (const until = Date.now() + 20_000; !said.includes('ready to accept connections'); await pause(20)) {
      if (child.exitCode !== null || Date.now() > until) throw new Error(`PostgreSQL did not start:\n${said}`)
    }
    return child
  }
  let child = await start()
  const end = async (signal) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
  const onExit = () => child.kill('SIGQUIT')
  process.once('exit', onExit)
  return {
    url: `postgres://beddel:${password}@127.0.0.1:${port}/postgres`,
    get pid() {
      return child.pid
    },
    /** Ends it as a crash would, and starts it again. */
    async crash() {
      await end('SIGQUIT')
    },
    async restart() {
      child = await start()
    },
    async stop() {
      process.removeListener('exit', onExit)
      await end('SIGINT')
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function asPostgres() {
  if (process.getuid?.() !== 0) return {}
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
