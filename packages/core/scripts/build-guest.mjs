// Bundles src/guest into strings: the source of the guest runtime, without and with its web part, each an expression
// that evaluates to `(post, options) => dispatch`.
import { mkdir, writeFile } from 'node:fs/promises'
import { build, transform } from 'esbuild'
import { compileEagerly } from './compile-eagerly.mjs'

// Not needed by most runs: left to be compiled when first called.
const RARE = new Set([
  'taggedDecoder',
  'describe',
  'encodeTagged',
  'fromBase64',
  'hideHostFrames',
  'print',
  'pruneAll',
  'toBase64',
  'urlClasses',
])

// The minifier would drop an expression that nobody uses.
const HOLD = 'hold.it='

const root = new URL('..', import.meta.url)

async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [new URL(entry, root).pathname],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'runtime',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
  })
  const text = outputFiles[0].text.trim()
  const eager = compileEagerly(`${HOLD}(function(post,options){"use strict";${text};return runtime.start(post,options)})`, RARE)
  const { code } = await transform(eager, { minify: true, target: 'es2022', charset: 'ascii' })
  return code.trim().slice(HOLD.length).replace(/;$/, '')
}

await mkdir(new URL('src/generated/guest-runtime', root), { recursive: true })
const MADE = '// Made by scripts/build-guest.mjs from src/guest. Do not edit.'
// Each in a file of its own: a page loads the one that it needs.
for (const [name, what, entry] of [
  ['base', "The guest runtime's source without its web part.", 'src/guest/main.ts'],
  ['web', "The guest runtime's source with its web part.", 'src/guest/main-web.ts'],
]) {
  await writeFile(
    new URL(`src/generated/guest-runtime/${name}.ts`, root),
    `${MADE}\n/** ${what} */\nexport const GUEST_RUNTIME: string = ${JSON.stringify(await bundle(entry))}\n`,
  )
}
