import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { NodeEngines } from './node-engines.ts'
import { PlaygroundServer } from './playground-server.ts'
import { staticFiles } from './static-files.ts'

const DEFAULT_PORT = 4310
const USAGE = `pnpm playground [--port <number>] [--trusted]

  --port     listen there, or fail; without it ${DEFAULT_PORT}, or a free port where that is taken
  --trusted  offer engines without a boundary too: for code that you trust
`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, trusted: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  })
  if (values.help) return console.log(USAGE)
  const built = fileURLToPath(new URL('../dist', import.meta.url))
  if (!existsSync(built)) throw new Error('The page is not built. `pnpm playground` builds it.')
  const options = { files: staticFiles(built), engines: new NodeEngines(values.trusted) }
  const server = await startOn(values.port, options)
  console.log(`The playground is at ${server.address}\nCtrl+C ends it.`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server[Symbol.asyncDispose]())
}

async function startOn(
  port: string | undefined,
  options: Omit<Parameters<typeof PlaygroundServer.start>[0], 'port'>,
): Promise<PlaygroundServer> {
  if (port !== undefined) {
    const number = Number(port)
    // Digits only: to Number, no text at all is 0.
    if (!/^\d{1,5}$/.test(port) || number > 65_535) throw new Error(`--port must be from 0 to 65535, got "${port}"`)
    return PlaygroundServer.start({ ...options, port: number })
  }
  return PlaygroundServer.start({ ...options, port: DEFAULT_PORT }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    return PlaygroundServer.start({ ...options, port: 0 })
  })
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
