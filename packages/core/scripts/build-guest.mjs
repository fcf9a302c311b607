// Bundles src/guest into one string: the source of the guest runtime, an expression that evaluates to
// `(post, options) => dispatch`.
import { mkdir, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'

const root = new URL('..', import.meta.url)
const { outputFiles } = await build({
  entryPoints: [new URL('src/guest/runtime.ts', root).pathname],
  bundle: true,
  write: false,
  minify: true,
  format: 'iife',
  globalName: 'runtime',
  target: 'es2022',
  charset: 'ascii',
  legalComments: 'none',
})
const bundle = outputFiles[0].text.trim()
// The filename makes its frames recognisable, so that they can be left out of what a guest's error shows.
const source = `(function(post,options){"use strict";${bundle}return runtime.boot(post,options)})`
await mkdir(new URL('src/generated', root), { recursive: true })
await writeFile(
  new URL('src/generated/guest-runtime.ts', root),
  `// Made by scripts/build-guest.mjs from src/guest. Do not edit.\nexport const GUEST_RUNTIME = ${JSON.stringify(source)}\n`,
)
