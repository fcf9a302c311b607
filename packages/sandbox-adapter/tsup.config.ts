import { fileURLToPath } from 'node:url'
import { libraryConfig } from '../../tsup.base'

/** Modules that a page has another one for, in src/page. */
const REPLACED = /^\.\/(engines|host|config-file|channels|run-watch|audit-class|ask-policies|threat-gate|select-now|locate-engine)\.js$/

const forPages = {
  name: 'for-pages',
  setup(build: { onResolve(options: { filter: RegExp }, found: (at: { path: string }) => { path: string }): void }): void {
    build.onResolve({ filter: REPLACED }, ({ path }) => ({
      path: fileURLToPath(new URL(`src/page/${path.slice(2, -3)}.ts`, import.meta.url)),
    }))
  },
}

export default [
  libraryConfig({ index: 'src/index.ts' }, { clean: false }),
  libraryConfig(
    { page: 'src/index.ts' },
    { clean: false, platform: 'browser', target: 'es2022', outDir: 'dist/page', esbuildPlugins: [forPages] },
  ),
]
