import { type ChildProcess, spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import type { CellOptions } from '@beddel/core/engine'
import type { ChildConfig } from './child/index.js'

export interface LaunchOptions {
  /** The bundled entry of the child. */
  entry: string
  /** Flags for the child's Node, before the permission model's. */
  flags: readonly string[]
  allowAddons: boolean
  /** Folders and files that the child may read besides its entry's own folder. */
  read: readonly string[]
  launcher: readonly string[]
  cells: CellOptions
  warmCells: number
  args: readonly string[]
}

/** The command line of a child: the launcher, Node, its flags, the permission model with what the engine needs. */
export function commandLine(options: LaunchOptions, mark: string): [command: string, args: string[]] {
  const { entry, flags, allowAddons, read, launcher, cells, warmCells, args } = options
  const real = realpathSync(entry)
  const config = JSON.stringify({ cells, warmCells, mark, args } satisfies ChildConfig)
  const line = [
    ...launcher,
    process.execPath,
    ...flags,
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
    '--permission',
    '--allow-worker',
    ...(allowAddons ? ['--allow-addons'] : []),
    ...[dirname(real), ...read].map((path) => `--allow-fs-read=${path}`),
    real,
    config,
  ]
  return [line[0] as string, line.slice(1)]
}

/**
 * Starts a child with an empty environment, its three pipes, and the lifeline as a fourth: it carries nothing, and its
 * closing tells the child's watchdog that the host is gone.
 */
export function launch(options: LaunchOptions, mark: string): ChildProcess {
  const [command, args] = commandLine(options, mark)
  return spawn(command, args, {
    // A launcher is found through the host's PATH; a child of ours has an absolute path and no environment.
    env: options.launcher.length > 0 ? { PATH: process.env.PATH ?? '' } : {},
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
}
