import type { Options } from 'tsup'

/** What every package builds with: ESM only, `node:` kept, types made by `tsc` afterwards. */
export function libraryConfig(entry: Record<string, string>, more: Options = {}) {
  return {
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
  } satisfies Options
}

/**
 * An executor whose cells may live in child processes. The child's entry and the source tools are bundled whole (but
 * for the engine's own library): the child is let read this one folder and little else.
 */
export function executorConfig() {
  const bundled: Options = { noExternal: [/^@beddel\//, 'acorn', 'magic-string', 'amaro'], splitting: false, clean: false }
  return [
    libraryConfig({ index: 'src/index.ts' }, { clean: false }),
    libraryConfig({ child: 'src/child.ts' }, bundled),
    libraryConfig({ source: 'src/source.ts' }, bundled),
  ]
}
