import type { Dependency, LockGraph } from './graph.js'
import { type Indented, inner, readIndented, textAt } from './indented.js'

const FIELDS = ['dependencies', 'optionalDependencies', 'devDependencies']

/** pnpm-lock.yaml: 9 has snapshots, 6 and 5 have packages with a slash before them, and 5 a slash before the version. */
export function pnpmGraph(text: string): LockGraph {
  const lock = readIndented(text)
  const graph: LockGraph = { roots: [], packages: new Map() }
  const importers = inner(lock, 'importers')
  // Without workspaces, older files have the project's own dependencies at the top.
  for (const [name, importer] of importers.size > 0 ? importers : new Map([['.', lock]]))
    if (importer instanceof Map) graph.roots.push({ name: name === '.' ? '' : name, dependencies: dependenciesOf(importer) })
  const snapshots = inner(lock, 'snapshots')
  for (const [key, entry] of snapshots.size > 0 ? snapshots : inner(lock, 'packages')) {
    const { name, version } = partsOf(key)
    graph.packages.set(bare(key), { name, version, dependencies: entry instanceof Map ? dependenciesOf(entry) : [] })
  }
  return graph
}

function dependenciesOf(entry: Indented): Dependency[] {
  return FIELDS.flatMap((field) =>
    [...inner(entry, field)].map(([name, given]) => {
      // A project's own have the range and the version below the name.
      const version = typeof given === 'string' ? given : (textAt(given, 'version') ?? '')
      const wants = (typeof given === 'string' ? textAt(inner(entry, 'specifiers'), name) : textAt(given, 'specifier')) ?? version
      return { name, wants, key: keyOf(name, version) }
    }),
  )
}

/** `1.2.3(peer@1)` is a version; `other@1.2.3` or `/other/1.2.3` another package under this name. */
const keyOf = (name: string, version: string): string => bare(/^\d/.test(version) ? `${name}@${version}` : version)

/** The same key in every version of the file: `name@1.2.3(peer@1)`. */
function bare(key: string): string {
  const short = key.replace(/^\//, '')
  return short.replace(/^((?:@[^/]+\/)?[^/@]+)\//, '$1@')
}

function partsOf(key: string): { name: string; version?: string } {
  const [, name, version] = /^((?:@[^/@]+\/)?[^@/]+)@([^(_]+)/.exec(bare(key)) ?? []
  return { name: name ?? key, version }
}
