import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'
import { dirname, join } from 'node:path'

const PEERS = ['isolated-vm', 'vm2', 'run', 'quickjs-wasi']

export interface Environment {
  date: string
  node: string
  system: string
  cpu: string
  cores: number
  memoryGiB: number
  /** Load average of the minute before: near 0, or others were at work too and the figures are worth less. */
  load: number
  versions: Record<string, string>
  /** The project's commit, with `+` where files differ from it; absent outside a clone. */
  commit: string | undefined
}

export function environment(): Environment {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    system: `${platform()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    load: Number(loadavg()[0]?.toFixed(1)),
    versions: Object.fromEntries(PEERS.map((name) => [name, versionOf(name)])),
    commit: commit(),
  }
}

function versionOf(name: string): string {
  const { resolve } = createRequire(import.meta.url)
  for (let folder = dirname(resolve(name)); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = manifestIn(folder)
    if (manifest?.name === name) return manifest.version
  }
  return 'unknown'
}

function manifestIn(folder: string): { name: string; version: string } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; version: string }
  } catch {
    return undefined
  }
}

function commit(): string | undefined {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    const changed = git('status', '--porcelain', '--', 'packages') !== ''
    return git('rev-parse', '--short', 'HEAD') + (changed ? '+' : '')
  } catch {
    return undefined
  }
}
