// Makes the texts of the entry for pages: the workers' script, the source tools, and QuickJS's binary.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { build } from 'esbuild'

const root = new URL('..', import.meta.url)
const require = createRequire(import.meta.url)

async function bundle(entry, more) {
  const { outputFiles } = await build({
    entryPoints: [new URL(entry, root).pathname],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    platform: 'browser',
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
    `// Made by scripts/build-page.mjs. Do not edit.\n/** ${what} */\nexport const ${constant}: string = ${JSON.stringify(text)}\n`,
  )
}

await mkdir(new URL('src/generated', root), { recursive: true })
await write('worker', 'WORKER', 'The script of a worker that has cells.', await bundle('src/page/worker.ts'))
const tools = await bundle('src/page/tools.ts', { globalName: 'tools' })
await write('tools', 'TOOLS', 'An expression: the source tools.', `(()=>{${tools};return tools})()`)
const binary = await readFile(require.resolve('quickjs-wasi/quickjs.wasm'))
await write('binary', 'BINARY', "quickjs-wasi's binary, in base64.", binary.toString('base64'))
await write('version', 'VERSION', "quickjs-wasi's version.", require('quickjs-wasi/package.json').version)
