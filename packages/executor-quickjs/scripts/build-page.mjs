// Makes the texts of the entry for pages: the workers' script, the source tools, and QuickJS's binary.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { bundleText, writeText } from '../../../scripts/bundle-text.mjs'

const root = new URL('..', import.meta.url)
const require = createRequire(import.meta.url)
const bundle = (entry, more) => bundleText(root, entry, { platform: 'browser', ...more })
const write = (name, constant, what, text) => writeText(root, name, 'scripts/build-page.mjs', constant, what, text)

await write('worker', 'WORKER', 'The script of a worker that has cells.', await bundle('src/page/worker.ts'))
const tools = await bundle('src/page/tools.ts', { globalName: 'tools' })
await write('tools', 'TOOLS', 'An expression: the source tools.', `(()=>{${tools};return tools})()`)
const binary = await readFile(require.resolve('quickjs-wasi/quickjs.wasm'))
await write('binary', 'BINARY', "quickjs-wasi's binary, in base64.", binary.toString('base64'))
await write('version', 'VERSION', "quickjs-wasi's version.", require('quickjs-wasi/package.json').version)
