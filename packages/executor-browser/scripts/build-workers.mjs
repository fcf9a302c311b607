// Bundles src/worker into the scripts of the workers, as texts: a page has no file to load them from.
import { mkdir, writeFile } from 'node:fs/promises'
import { MODULE_BODY_SHIFT } from '@beddel/source'
import { build } from 'esbuild'

const root = new URL('..', import.meta.url)

async function bundle(entry, more) {
  const { outputFiles } = await build({
    entryPoints: [new URL(entry, root).pathname],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    ...more,
  })
  return outputFiles[0].text.trim()
}

async function write(name, constant, what, text) {
  await writeFile(
    new URL(`src/generated/${name}.ts`, root),
    `// Made by scripts/build-workers.mjs from src/worker. Do not edit.\n/** ${what} */\nexport const ${constant}: string = ${JSON.stringify(text)}\n`,
  )
}

await mkdir(new URL('src/generated', root), { recursive: true })
const guest = await bundle('src/worker/main-guest.ts', { globalName: 'guest' })
await write(
  'guest-worker',
  'GUEST_WORKER',
  'An expression: `(runtime, options) => void`.',
  `(function(runtime,options){"use strict";${guest}guest.start(runtime,options)})`,
)
await write('compiler-worker', 'COMPILER_WORKER', 'A compiler without a parser.', await bundle('src/worker/main-compiler.ts'))
await write('tools-worker', 'TOOLS_WORKER', 'A compiler with a parser.', await bundle('src/worker/main-tools.ts'))
await write('typescript-worker', 'TYPESCRIPT_WORKER', 'A compiler that strips types.', await bundle('src/worker/main-typescript.ts'))
await writeFile(
  new URL('src/generated/module-shift.ts', root),
  `// Made by scripts/build-workers.mjs. Do not edit.\n/** What \`@beddel/source\` says, without loading it: it brings a parser. */\nexport const MODULE_BODY_SHIFT = ${MODULE_BODY_SHIFT}\n`,
)
