/** What a lock file says: packages by a key of its own, and what each depends on. */
export interface LockGraph {
  /** The project, and the packages of its workspace; `''` is the one at the top. */
  roots: { name: string; dependencies: Dependency[] }[]
  packages: Map<string, { name: string; version?: string; dependencies: Dependency[] }>
}

export interface Dependency {
  name: string
  /** The range, or the version where the file tells no range. */
  wants: string
  /** Of what the lock file chose; `undefined` where it did not (an optional one). */
  key: string | undefined
}

export interface Bringer {
  by: string
  /** Whether it is the project itself, or a package of its workspace. */
  own: boolean
  version?: string
  wants: string
  /** The version of vm2 that was chosen. */
  gets?: string
  /** From a dependency of the project to `by`, both included; empty for the project itself. */
  path: string[]
}

/** Who depends on a package, and by which way the project comes to them. Each is told once, by a shortest way. */
export function bringersOf(wanted: string, { roots, packages }: LockGraph): Bringer[] {
  const found: Bringer[] = []
  const look = (by: string, version: string | undefined, dependencies: readonly Dependency[], path: string[], own = false): void => {
    const one = dependencies.find(({ name, key }) => name === wanted || packages.get(key ?? '')?.name === wanted)
    if (one !== undefined) found.push({ by, own, version, wants: one.wants, gets: packages.get(one.key ?? '')?.version, path })
  }
  const seen = new Set<string>()
  let open: { key: string; path: string[] }[] = []
  const follow = (dependencies: readonly Dependency[], path: string[]): { key: string; path: string[] }[] =>
    dependencies.flatMap(({ key }) => {
      const one = key === undefined || seen.has(key) ? undefined : packages.get(key)
      if (key === undefined || one === undefined) return []
      seen.add(key)
      return [{ key, path: [...path, one.name] }]
    })
  for (const { name, dependencies } of roots) {
    look(name, undefined, dependencies, [], true)
    open.push(...follow(dependencies, name === '' ? [] : [name]))
  }
  // What no known root leads to is told too, without a way.
  const rest = [...packages.keys()]
  while (open.length > 0 || rest.length > 0) {
    if (open.length === 0) open = follow([{ name: '', wants: '', key: rest.pop() }], [])
    const level = open
    open = []
    for (const { key, path } of level) {
      const { name, version, dependencies } = packages.get(key) as { name: string; version?: string; dependencies: Dependency[] }
      look(name, version, dependencies, path)
      open.push(...follow(dependencies, path))
    }
  }
  return found
}
