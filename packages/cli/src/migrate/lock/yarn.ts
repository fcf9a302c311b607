import type { Dependency, LockGraph } from './graph.js'
import { type Indented, inner, readIndented, textAt } from './indented.js'
import { type Manifest, rangesOf } from './npm.js'

/** yarn.lock: version 1, which does not tell the project's own dependencies, and the YAML of later ones, which does. */
export function yarnGraph(text: string, manifest: Manifest): LockGraph {
  const keys = new Map<string, string>()
  const entries: [string, Indented][] = []
  for (const [line, entry] of readIndented(text)) {
    if (!(entry instanceof Map) || line === '__metadata') continue
    entries.push([line, entry])
    for (const descriptor of line.split(/", "|, /)) keys.set(descriptor.replaceAll('"', ''), line)
  }
  const dependency = (name: string, wants: string): Dependency => ({
    name,
    wants: wants.replace(/^npm:/, ''),
    key: keys.get(`${name}@${wants}`) ?? keys.get(`${name}@npm:${wants}`),
  })
  const graph: LockGraph = { roots: [], packages: new Map() }
  for (const [line, entry] of entries) {
    const dependencies = ['dependencies', 'optionalDependencies'].flatMap((field) =>
      [...inner(entry, field)].map(([name, wants]) => dependency(name, typeof wants === 'string' ? wants : '')),
    )
    const [, name = line] = /^"?((?:@[^/"]+\/)?[^@"]+)@/.exec(line) ?? []
    const workspace = /@workspace:([^,"]+)/.exec(line)?.[1]
    if (workspace !== undefined) graph.roots.push({ name: workspace === '.' ? '' : workspace, dependencies })
    else graph.packages.set(line, { name: realName(entry, name), version: textAt(entry, 'version'), dependencies })
  }
  if (graph.roots.length === 0)
    graph.roots.push({ name: '', dependencies: rangesOf(manifest).map(([name, wants]) => dependency(name, wants)) })
  return graph
}

/** `sandbox@npm:vm2@3`: another name for a package. */
const realName = (entry: Indented, name: string): string =>
  /^"?((?:@[^/@]+\/)?[^@]+)@npm:/.exec(textAt(entry, 'resolution') ?? '')?.[1] ??
  /\/((?:@[^/]+\/)?[^/]+)\/-\/[^/]+\.tgz/.exec(textAt(entry, 'resolved') ?? '')?.[1] ??
  name
