import { defineConfig, type Options } from 'tsup'

/** What every package builds with: ESM only, `node:` kept, types made by `tsc` afterwards. */
export function libraryConfig(entry: Record<string, string>, more: Options = {}) {
  return defineConfig({
    entry,
    format: 'esm',
    target: 'node22',
    platform: 'node',
    dts: false,
    clean: true,
    sourcemap: false,
    removeNodeProtocol: false,
    splitting: true,
    ...more,
  })
}
