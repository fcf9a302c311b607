import { statSync } from 'node:fs'
import { isAbsolute, relative, resolve } from 'node:path'
import { glob } from 'tinyglobby'

/** Source files of a project: not what was installed or built. */
const IGNORED = ['**/node_modules/**', '**/dist/**', '**/build/**', '**/coverage/**', '**/.git/**']
export const SOURCES = '**/*.{js,cjs,mjs,jsx,ts,cts,mts,tsx}'

/** Files for these patterns, by their paths from `cwd` with slashes, in order. A folder stands for the sources in it. */
export async function filesFor(patterns: readonly string[], cwd: string): Promise<string[]> {
  const wanted = patterns.map((pattern) => patternFor(pattern, cwd))
  const found = await glob(wanted, { cwd, ignore: IGNORED, dot: false, expandDirectories: false })
  return [...new Set(found)].sort()
}

/** Paths are told from `cwd`: call sites are named by them. */
function patternFor(pattern: string, cwd: string): string {
  const path = isAbsolute(pattern) ? relative(cwd, pattern).replaceAll('\\', '/') : pattern
  const isFolder = statSync(resolve(cwd, path), { throwIfNoEntry: false })?.isDirectory() === true
  return isFolder ? `${path.replace(/\/+$/, '') || '.'}/${SOURCES}` : path
}
