import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Manifest {
  name: string
  private?: boolean
  exports?: Record<string, string | { types?: string; default?: string }>
  bin?: Record<string, string>
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

export interface SourceFile {
  /** Relative to the workspace's root. */
  path: string
  text: string
}

export interface Package {
  /** The folder's name: the package's name without the scope. */
  folder: string
  manifest: Manifest
  sources: SourceFile[]
  /** Files of the package that are there, relative to its folder. */
  files: readonly string[]
}

/** The packages under `packages/`, with what they hold in `src`. What a build generates is left out. */
export const packages = (): Package[] => members('packages')

/** The same of the apps. What serves a page stands in `server`. */
export const apps = (): Package[] => members('apps')

function members(group: 'packages' | 'apps'): Package[] {
  return readdirSync(ROOT + group)
    .filter((folder) => existsSync(`${ROOT}${group}/${folder}/package.json`))
    .map((folder) => {
      const at = `${group}/${folder}`
      const files = globSync(['*.md', 'src/**/*.{ts,tsx}', 'server/**/*.ts', 'tests/**/*.test.ts', 'dist/*.js'], { cwd: ROOT + at })
      const sources = files
        .filter((file) => /^(src|server)\//.test(file) && !file.startsWith('src/generated/'))
        .map((file) => ({ path: `${at}/${file}`, text: readFileSync(`${ROOT}${at}/${file}`, 'utf8') }))
      return { folder, manifest: JSON.parse(readFileSync(`${ROOT}${at}/package.json`, 'utf8')) as Manifest, sources, files }
    })
}

/** The built JavaScript behind each `exports` entry, relative to the package's folder. */
export function builtEntries({ manifest }: Package): string[] {
  return Object.values(manifest.exports ?? {}).flatMap((target) => {
    const file = typeof target === 'string' ? target : target.default
    return file?.endsWith('.js') ? [file] : []
  })
}
