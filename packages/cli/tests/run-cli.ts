import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

export interface Given {
  cwd: string
  stdin?: string
  env?: Record<string, string>
  node?: string[]
}

/** The built command, in a process of its own. */
export function runCli(args: string[], { cwd, stdin = '', env = {}, node = [] }: Given) {
  return new Promise<{ code: number | null; out: string; err: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [...node, MAIN, ...args], { cwd, env: { PATH: process.env.PATH, ...env }, timeout: 25_000 })
    const text = { out: '', err: '' }
    child.stdout.on('data', (chunk) => (text.out += chunk))
    child.stderr.on('data', (chunk) => (text.err += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...text }))
    child.stdin.end(stdin)
  })
}
