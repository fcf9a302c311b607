import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type BuildOptions, type BuildResult } from 'esbuild'

/** A bundle for a page: its files by name, and who loads whom. */
export interface Bundle {
  files: Map<string, string>
  /** The names that are loaded together with a file, itself included. */
  loadedWith(name: string): string[]
  /** Names of modules that the bundle asks for and does not have. */
  outside: string[]
}

const root = fileURLToPath(new URL('..', import.meta.url))

/** Bundles an entry of `pages/`, as somebody would for a page: nothing of Node's is there to be found. */
export async function bundlePage(entry: string, more: BuildOptions = {}): Promise<Bundle> {
  const { outputFiles, metafile } = (await build({
    absWorkingDir: root,
    entryPoints: [`pages/${entry}.ts`],
    outdir: 'out',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    metafile: true,
    logLevel: 'silent',
    ...more,
  })) as BuildResult<{ write: false; metafile: true }>
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]))
  const imports = (name: string, eager: boolean) =>
    (outputs.get(name)?.imports ?? []).filter(({ kind }) => !eager || kind !== 'dynamic-import')
  return {
    files: new Map(outputFiles.map(({ path, text }) => [basename(path), text])),
    loadedWith(name) {
      const seen = new Set([name])
      for (const each of seen) for (const { path, external } of imports(each, true)) if (external !== true) seen.add(basename(path))
      return [...seen]
    },
    outside: [...outputs.keys()].flatMap((name) => imports(name, false).flatMap(({ path, external }) => (external === true ? [path] : []))),
  }
}

export const gzipBytes = (text: string): number => gzipSync(text, { level: 9 }).length
