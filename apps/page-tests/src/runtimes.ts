import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const { platform, arch } = process

/** A file of a package that another one brings for this platform. */
function broughtBy(parent: string, name: string, file: string): string {
  const from = createRequire(require.resolve(`${parent}/package.json`))
  return join(dirname(from.resolve(`${name}/package.json`)), file)
}

const COMMANDS = {
  bun: () => [broughtBy('bun', `@oven/bun-${platform}-${arch}`, 'bin/bun')],
  deno: () => [
    broughtBy('deno', `@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`, 'deno'),
    'run',
    '-A',
    '--node-modules-dir=manual',
  ],
}

/** Runs a script of `runtimes/` with Bun or Deno; what it printed. */
export function runWith(runtime: keyof typeof COMMANDS, script: string): Promise<string> {
  const [command, ...flags] = COMMANDS[runtime]() as [string, ...string[]]
  const root = fileURLToPath(new URL('..', import.meta.url))
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...flags, `runtimes/${script}`], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], timeout: 50_000 })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`${runtime} ended with ${code}: ${err.slice(-2_000)}`))))
  })
}
