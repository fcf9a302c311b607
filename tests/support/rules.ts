import { builtinModules } from 'node:module'
import { dirname, join } from 'node:path/posix'
import { factsOf } from './source-facts.js'
import type { Package, SourceFile } from './workspace.js'

/** A rule answers with what breaks it, each in a sentence that names the file or package. */
export type Problems = string[]

export interface Arrows {
  /** May be imported in any way. */
  eager: readonly string[]
  /** Only by `import()`, or as a type. */
  lazy?: readonly string[]
}

const executor: Arrows = { eager: ['core', 'process-host', 'source'] }

/** Who may import whom, by folder name. A package without a row is a problem: add it here with intent. */
export const ARROWS: Record<string, Arrows> = {
  core: { eager: [] },
  source: { eager: [] },
  'process-host': { eager: ['core'] },
  'page-host': { eager: ['core'] },
  'threat-detector': { eager: ['core', 'source'] },
  conformance: { eager: ['core'] },
  'audit-log': { eager: ['core'] },
  'executor-isolated-vm': executor,
  'executor-quickjs': { eager: [...executor.eager, 'page-host'] },
  'executor-worker': executor,
  'executor-vm2-legacy': executor,
  'executor-browser': { eager: ['core', 'page-host', 'source'] },
  'sandbox-adapter': {
    eager: ['core', 'executor-quickjs', 'executor-isolated-vm', 'executor-browser'],
    lazy: ['executor-worker', 'executor-vm2-legacy', 'threat-detector'],
  },
  'vm2-migration': { eager: ['core', 'sandbox-adapter', 'source'], lazy: ['executor-vm2-legacy'] },
  cli: { eager: ['sandbox-adapter'], lazy: ['conformance', 'threat-detector', 'audit-log'] },
}

/** The same of the apps that people start. (`page-tests` holds tests only, of whatever runs in a page.) */
export const APP_ARROWS: Record<string, Arrows> = {
  // The engines without a boundary are there for the adapter to find.
  tour: { eager: ['sandbox-adapter', 'executor-worker', 'executor-vm2-legacy'] },
  // Of the page's engine it takes what a page's policy must let pass.
  console: { eager: ['core', 'sandbox-adapter', 'executor-browser', 'executor-worker', 'executor-vm2-legacy'] },
}

/** Each of these libraries belongs to one package alone. */
export const LIBRARY_OWNERS: Record<string, string> = {
  'isolated-vm': 'executor-isolated-vm',
  'quickjs-wasi': 'executor-quickjs',
  tinypool: 'executor-worker',
  vm2: 'executor-vm2-legacy',
}

/** Engine names and the package in which each is at home. */
export const ENGINE_HOMES: Record<string, string> = {
  'isolated-vm': 'executor-isolated-vm',
  quickjs: 'executor-quickjs',
  worker: 'executor-worker',
  browser: 'executor-browser',
  vm2: 'executor-vm2-legacy',
}
/** The one list of engines, and a word that is no engine's name where it stands: the runtime that a page is. */
const NAMING_FILES: Record<string, readonly string[]> = {
  'packages/sandbox-adapter/src/engines.ts': Object.keys(ENGINE_HOMES),
  'packages/sandbox-adapter/src/page/engines.ts': Object.keys(ENGINE_HOMES),
  'packages/core/src/environment.ts': ['browser'],
}

/** Packages that are about one engine, which is not theirs. */
const ABOUT: Record<string, readonly string[]> = { 'vm2-migration': ['vm2'], cli: ['vm2'] }

const SCOPE = '@beddel/'
const isBuiltin = (specifier: string): boolean => specifier.startsWith('node:') || builtinModules.includes(specifier)
const isRelative = (specifier: string): boolean => specifier.startsWith('.')
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

export function checkArrows({ folder, manifest, sources }: Package, table = ARROWS): Problems {
  const arrows = table[folder]
  if (arrows === undefined) return [`${folder} has no row in ARROWS`]
  const problems: Problems = []
  const { eager, lazy = [] } = arrows
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    if (name.startsWith(SCOPE) && !eager.includes(name.slice(SCOPE.length))) problems.push(`${folder} depends on ${name}`)
  }
  for (const name of Object.keys(manifest.peerDependencies ?? {})) {
    const short = name.slice(SCOPE.length)
    if (name.startsWith(SCOPE) && !lazy.includes(short) && !eager.includes(short)) problems.push(`${folder} has the peer ${name}`)
  }
  const declared = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies }
  for (const source of sources) {
    for (const { specifier, kind } of factsOf(source).imports) {
      if (isRelative(specifier)) {
        const home = source.path.split('/').slice(0, 2).join('/')
        if (!join(dirname(source.path), specifier).startsWith(`${home}/`)) {
          problems.push(`${source.path} reaches out of its package: ${specifier}`)
        }
        continue
      }
      if (isBuiltin(specifier)) continue
      const name = packageOf(specifier)
      const short = name.startsWith(SCOPE) ? name.slice(SCOPE.length) : undefined
      if (short === undefined || short === folder) continue
      const allowed = eager.includes(short) || (lazy.includes(short) && kind !== 'static')
      if (!allowed) problems.push(`${source.path} imports ${specifier} (${kind})`)
      else if (kind === 'static' && !Object.hasOwn(declared, name)) {
        problems.push(`${source.path} imports ${specifier}, which its package.json does not list`)
      }
    }
  }
  return problems
}

/** No executor imports another one; said apart from the arrows, so that no row of theirs can allow it. */
export function checkExecutors({ folder, sources, manifest }: Package): Problems {
  if (!folder.startsWith('executor-')) return []
  const listed = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies })
  const imported = sources.flatMap((source) => factsOf(source).imports.map(({ specifier }) => packageOf(specifier)))
  return [...new Set([...listed, ...imported])]
    .filter((name) => name.startsWith(`${SCOPE}executor-`) && name !== SCOPE + folder)
    .map((name) => `${folder} uses ${name}`)
}

export function checkLibraryOwners(all: readonly Package[]): Problems {
  const problems: Problems = []
  for (const [library, owner] of Object.entries(LIBRARY_OWNERS)) {
    for (const { folder, manifest, sources } of all) {
      if (folder === owner) continue
      const listed = {
        ...manifest.dependencies,
        ...manifest.devDependencies,
        ...manifest.optionalDependencies,
        ...manifest.peerDependencies,
      }
      if (Object.hasOwn(listed, library)) problems.push(`${folder}/package.json lists ${library}`)
      for (const source of sources) {
        if (factsOf(source).imports.some(({ specifier }) => packageOf(specifier) === library))
          problems.push(`${source.path} imports ${library}`)
      }
    }
  }
  return problems
}

/** I8: strings that name an engine stand in its own package and in the adapter's one list. */
export function checkEngineNames({ folder, sources }: Package): Problems {
  const problems: Problems = []
  for (const source of sources) {
    const allowed = NAMING_FILES[source.path] ?? []
    for (const [name, home] of Object.entries(ENGINE_HOMES)) {
      if (home === folder || allowed.includes(name) || ABOUT[folder]?.includes(name)) continue
      // `worker` and `browser` are words of the language too: there only the bare name is an engine's.
      const isWord = name === 'worker' || name === 'browser'
      const mention = new RegExp(`(?<![\\w@/-])${name}(?![\\w-])`)
      const hit = factsOf(source).strings.find((text) => (isWord ? text === name : mention.test(text)))
      if (hit !== undefined) problems.push(`${source.path} names the engine ${name}: ${JSON.stringify(hit.slice(0, 80))}`)
    }
  }
  return problems
}

/** All that is loaded together with `entry`: relative imports are followed, others are given back. */
export function staticImports(entry: string, read: (path: string) => string): Set<string> {
  const outside = new Set<string>()
  const seen = new Set<string>()
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    const file: SourceFile = { path, text: read(path) }
    for (const { specifier, kind } of factsOf(file).imports) {
      if (kind === 'type') continue
      if (!isRelative(specifier)) outside.add(specifier)
      else if (kind === 'static') visit(join(dirname(path), specifier))
    }
  }
  visit(entry)
  return outside
}

export function checkNoBuiltins(entry: string, read: (path: string) => string): Problems {
  return [...staticImports(entry, read)].map((specifier) => `${entry} loads ${specifier}`)
}

/** Sources that are bundled for a page. */
export function checkForPages(sources: readonly SourceFile[]): Problems {
  return sources.flatMap((source) =>
    factsOf(source)
      .imports.filter(({ specifier, kind }) => kind !== 'type' && isBuiltin(specifier))
      .map(({ specifier }) => `${source.path} loads ${specifier}`),
  )
}

export function checkPages(codes: readonly string[], pages: readonly string[]): Problems {
  return [
    ...codes.filter((code) => !pages.includes(`${code}.md`)).map((code) => `${code} has no page`),
    ...pages.filter((page) => !codes.includes(page.replace(/\.md$/, ''))).map((page) => `${page} is about no code`),
  ]
}

export function checkWhole({ folder, manifest, files }: Package): Problems {
  const problems: Problems = []
  if (manifest.name !== SCOPE + folder) problems.push(`${folder} is named ${manifest.name}`)
  if (!files.includes('README.md')) problems.push(`${folder} has no README.md`)
  if (Object.keys(manifest.exports ?? {}).length === 0) problems.push(`${folder} has no exports`)
  if (!files.some((file) => file.startsWith('tests/'))) problems.push(`${folder} has no tests`)
  return problems
}
