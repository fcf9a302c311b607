import { existsSync, readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const project = (name: string, root: string, include: string) => ({ extends: true as const, test: { name, root, include: [include] } })

const PAGES = 'apps/page-tests'
/** After the others and one file at a time: a browser has more processes than a small machine has cores. */
const alone = (one: ReturnType<typeof project>) => ({ ...one, test: { ...one.test, fileParallelism: false, sequence: { groupOrder: 1 } } })

// Tests import the built packages, so what is tested is what is published; unit tests of a package's internals import
// its `src` by relative path.
const packages = ['packages', 'apps'].flatMap((folder) =>
  existsSync(folder) ? readdirSync(folder).map((name) => `${folder}/${name}`) : [],
)

export default defineConfig({
  test: {
    projects: [
      project('repository', '.', 'tests/**/*.test.ts'),
      project('proof', 'proof', 'tests/**/*.test.ts'),
      ...packages.map((root) => {
        const one = project(root.slice(root.indexOf('/') + 1), root, 'tests/**/*.test.ts')
        return root === PAGES ? alone(one) : one
      }),
    ],
    testTimeout: 30_000,
    pool: 'forks',
  },
})
