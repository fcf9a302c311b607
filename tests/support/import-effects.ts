import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const WATCHER = fileURLToPath(new URL('./import-watcher.mjs', import.meta.url))

/** Imports a module in a process of its own and tells what it did besides (I12): nothing is what it should. */
export function importEffects(file: string): string[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', WATCHER, file], {
    encoding: 'utf8',
    env: {},
    timeout: 20_000,
    killSignal: 'SIGKILL',
  })
  if (status !== 0) return [`the import failed: ${stderr.trim().slice(-500)}`]
  return JSON.parse(stdout) as string[]
}
