import { defineConfig } from 'vitest/config'

// Tests import the built packages, so what is tested is what is published; unit tests of a package's
// internals import its `src` by relative path.
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts', 'packages/*/tests/**/*.test.ts', 'apps/*/tests/**/*.test.ts'],
    testTimeout: 30_000,
    pool: 'forks',
  },
})
