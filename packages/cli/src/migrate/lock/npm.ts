import type { Dependency, LockGraph } from './graph.js'

interface Entry {
  name?: string
  version?: string
  link?: boolean
  resolved?: string
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}
interface OldEntry {
  version?: string
  requires?: Record<string, string>
  dependencies?: Record<string, OldEntry>
}
interface LockFile {
  packages?: Record<string, Entry>
  dependencies?: Record<string, OldEntry>
}
/** The fields of a package.json that matter here. */
export type Manifest = Pick<Entry, 'dependencies' | 'devDependencies' | 'optionalDependencies'>

export const rangesOf = (entry: Manifest): [string, string][] =>
  Object.entries({ ...entry.devDependencies, ...entry.optionalDependencies, ...entry.dependencies })

/** package-lock.json and npm-shrinkwrap.json, of any version. */
export function npmGraph(text: string, manifest: Manifest): LockGraph {
  const lock = JSON.parse(text) as LockFile
  const entries: Record<string, Entry> = lock.packages ?? { '': manifest, ...flattened(lock.dependencies ?? {}, '') }
  const graph: LockGraph = { roots: [], packages: new Map() }
  for (const [path, entry] of Object.entries(entries)) {
    if (entry.link === true) continue
    const installed = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1]
    const dependencies = rangesOf(entry).map(([name, wants]): Dependency => ({ name, wants, key: keyFrom(path, name, entries) }))
    if (installed === undefined) graph.roots.push({ name: path, dependencies })
    else graph.packages.set(path, { name: entry.name ?? installed, version: entry.version, dependencies })
  }
  return graph
}

/** Version 1 nests packages in each other. */
function flattened(dependencies: Record<string, OldEntry>, inside: string): Record<string, Entry> {
  return Object.assign(
    {},
    ...Object.entries(dependencies).map(([name, { version, requires, dependencies: own }]) => {
      const path = `${inside}node_modules/${name}`
      return { [path]: { version, dependencies: requires }, ...flattened(own ?? {}, `${path}/`) }
    }),
  ) as Record<string, Entry>
}

/** As Node looks for it: in the folder of who asks, then outwards. */
function keyFrom(path: string, name: string, entries: Record<string, Entry>): string | undefined {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const key = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`
    if (Object.hasOwn(entries, key)) return entries[key]?.link === true ? undefined : key
    if (at === '') return undefined
  }
}
