import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A package that brings vm2 along. */
export interface Dependent {
  lockFile: string
  /** As the lock file names it; `''` is the project itself. */
  by: string
  /** The range or version of vm2. */
  wants: string
}

/** Who depends on vm2, by the lock files in a folder: npm's, pnpm's and yarn's. */
export function vm2Dependents(folder: string): Dependent[] {
  const read = (name: string): string | undefined => {
    try {
      return readFileSync(join(folder, name), 'utf8')
    } catch {
      return undefined
    }
  }
  const npm = read('package-lock.json')
  const pnpm = read('pnpm-lock.yaml')
  const yarn = read('yarn.lock')
  return [
    ...(npm === undefined ? [] : fromNpm(npm)),
    ...(pnpm === undefined ? [] : fromPnpm(pnpm)),
    ...(yarn === undefined ? [] : fromYarn(yarn)),
  ]
}

function fromNpm(text: string): Dependent[] {
  interface Entry {
    dependencies?: Record<string, string>
    devDependencies?: Record<string, string>
    optionalDependencies?: Record<string, string>
    requires?: Record<string, string>
  }
  const { packages = {}, dependencies } = JSON.parse(text) as { packages?: Record<string, Entry>; dependencies?: Record<string, Entry> }
  const found: Dependent[] = []
  for (const [path, entry] of Object.entries(packages)) {
    const wants = entry.dependencies?.vm2 ?? entry.optionalDependencies?.vm2 ?? entry.devDependencies?.vm2
    if (wants !== undefined) found.push({ lockFile: 'package-lock.json', by: path.replace(/^.*node_modules\//, ''), wants })
  }
  // Version 1 of the file has no packages.
  if (found.length === 0 && dependencies !== undefined) {
    for (const [by, { requires }] of Object.entries(dependencies)) {
      if (requires?.vm2 !== undefined) found.push({ lockFile: 'package-lock.json', by, wants: requires.vm2 })
    }
  }
  return found
}

/** By lines and their indentation: this part of the file is as regular as pnpm writes it. */
function fromPnpm(text: string): Dependent[] {
  const found: Dependent[] = []
  let section = ''
  let by = ''
  let importer = false
  for (const line of text.split('\n')) {
    const top = /^(\w+):/.exec(line)
    if (top !== null) section = top[1] as string
    const entry = /^ {2}(\S.*?):\s*$/.exec(line)
    if (entry !== null) {
      by = (entry[1] as string).replaceAll(/^['"/]+|['"]+$/g, '')
      importer = section === 'importers'
      if (importer && by === '.') by = ''
    }
    const direct = section === 'importers' && /^ {6}['"]?vm2['"]?:/.test(line)
    const wants = /^ {6}['"]?vm2['"]?: (\S+)/.exec(line)?.[1]
    if (direct || (wants !== undefined && (section === 'snapshots' || section === 'packages')))
      found.push({ lockFile: 'pnpm-lock.yaml', by, wants: wants ?? 'vm2' })
  }
  return found.filter((one, i) => found.findIndex(({ by }) => by === one.by) === i)
}

function fromYarn(text: string): Dependent[] {
  const found: Dependent[] = []
  let by = ''
  for (const line of text.split('\n')) {
    const entry = /^"?((?:@[^/]+\/)?[^@"]+)@.*:\s*$/.exec(line)
    if (entry !== null) by = entry[1] as string
    const wants = /^ {4}"?vm2"?:? "?([^"\s]+)"?/.exec(line)?.[1]
    if (wants !== undefined) found.push({ lockFile: 'yarn.lock', by, wants })
  }
  return found
}
