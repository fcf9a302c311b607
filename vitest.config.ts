import { existsSync, readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const project = (name: string, root: string, include: string) => ({ extends: true as const, test: { name, root, include: [include] } })

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
      ...packages.map((root) => project(root.slice(root.indexOf('/') + 1), root, 'tests/**/*.test.ts')),
    ],
    testTimeout: 30_000,
    pool: 'forks',
  },
})
