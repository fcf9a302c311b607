import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dirname } from 'node:path/posix'
import { filesFor } from '../files.js'
import { OLD } from '../names.js'
import { type Bringer, bringersOf, type LockGraph } from './graph.js'
import { type Manifest, npmGraph } from './npm.js'
import { pnpmGraph } from './pnpm.js'
import { yarnGraph } from './yarn.js'

/** A package that brings vm2 along, or with `by: ''` the project itself. */
export interface Dependent extends Bringer {
  lockFile: string
}

export interface LockProblem {
  lockFile: string
  problem: string
}

const READERS: Record<string, (text: string, manifest: Manifest) => LockGraph> = {
  'package-lock.json': npmGraph,
  'npm-shrinkwrap.json': npmGraph,
  'pnpm-lock.yaml': pnpmGraph,
  'yarn.lock': yarnGraph,
}

/** Who depends on vm2, by every lock file of npm, pnpm or yarn in a folder and below it. */
export async function vm2Dependents(folder: string): Promise<{ dependents: Dependent[]; problems: LockProblem[] }> {
  const dependents: Dependent[] = []
  const problems: LockProblem[] = []
  const files = await filesFor(
    Object.keys(READERS).map((name) => `**/${name}`),
    folder,
  )
  for (const lockFile of files) {
    const read = READERS[lockFile.split('/').at(-1) as string] as (typeof READERS)[string]
    try {
      const graph = read(readFileSync(join(folder, lockFile), 'utf8'), manifestBeside(join(folder, dirname(lockFile))))
      dependents.push(...bringersOf(OLD, graph).map((bringer) => ({ lockFile, ...bringer })))
    } catch (error) {
      problems.push({ lockFile, problem: error instanceof Error ? error.message : String(error) })
    }
  }
  if (files.length === 0) problems.push({ lockFile: '', problem: 'there is no lock file of npm, pnpm or yarn' })
  return { dependents, problems }
}

function manifestBeside(folder: string): Manifest {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  } catch {
    return {}
  }
}
