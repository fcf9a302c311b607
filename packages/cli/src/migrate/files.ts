import { glob } from 'tinyglobby'

/** Source files of a project: not what was installed or built. */
const IGNORED = ['**/node_modules/**', '**/dist/**', '**/build/**', '**/coverage/**', '**/.git/**']
export const SOURCES = '**/*.{js,cjs,mjs,jsx,ts,cts,mts,tsx}'

/** Files for these patterns, by their paths from `cwd`, in order. */
export async function filesFor(patterns: readonly string[], cwd: string): Promise<string[]> {
  const found = await glob([...patterns], { cwd, ignore: IGNORED, dot: false, expandDirectories: false })
  return found.sort()
}
