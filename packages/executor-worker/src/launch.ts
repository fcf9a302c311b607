import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Placement } from '@beddel/core'
import type { Options } from 'tinypool'

const MiB = 1024 * 1024
const QUIET = ['--disable-warning=ExperimentalWarning', '--disable-warning=SecurityWarning']
/** A guest's rejected promise is the guest's own affair; Node would end the process for it. */
const REJECTIONS = '--unhandled-rejections=none'

/** How tinypool starts the one worker of a pool. `mark` is for its watchdog. */
export function poolOptions(placement: Placement, memoryBytes: number, mark: string): Options {
  const entry = realpathSync(fileURLToPath(new URL('./child.js', import.meta.url)))
  const common = {
    filename: entry,
    minThreads: 0,
    maxThreads: 1,
    // The worker lives until it is ended: whose it was is not known to tinypool.
    idleTimeout: 2 ** 31 - 1,
    env: {},
  }
  if (placement === 'in-process') {
    return {
      ...common,
      runtime: 'worker_threads',
      execArgv: [...QUIET, REJECTIONS],
      useAtomics: false,
      // No promise: V8 ends the thread at this size if it can, and the process if it cannot.
      resourceLimits: { maxOldGenerationSizeMb: Math.ceil(memoryBytes / MiB) + 16 },
    }
  }
  const read = [dirname(entry), dirname(realpathSync(createRequire(import.meta.url).resolve('tinypool')))]
  return {
    ...common,
    runtime: 'child_process',
    argv: [mark],
    execArgv: [
      ...QUIET,
      REJECTIONS,
      '--permission',
      '--allow-worker',
      ...read.map((folder) => `--allow-fs-read=${folder}`),
      // The second line behind the cells. On Windows tinypool itself makes code from strings to load its task.
      ...(process.platform === 'win32' ? [] : ['--disallow-code-generation-from-strings']),
    ],
  }
}
