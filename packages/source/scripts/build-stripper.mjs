// Writes src/generated/swc-strip.ts: amaro's WebAssembly and its glue, turned into a factory.
//
// Why not `import 'amaro'`: it compiles at import, keeps its only instance private, and hostile nesting
// leaves that instance with a broken stack pointer, so that every later call in the process fails. A
// factory can make a new instance, and a bundler can carry it (no `require`, no file to find).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const folder = join(dirname(createRequire(import.meta.url).resolve('amaro')), '..')
const read = (file) => readFileSync(join(folder, file), 'utf8')
const { version } = JSON.parse(read('package.json'))
let glue = read('lib/wasm.js')

/** Takes `pattern` out of the glue. An amaro of another shape must fail here, not in a cell. */
function take(pattern) {
  const found = glue.match(new RegExp(pattern, 'g'))
  if (found?.length !== 1) throw new Error(`amaro ${version}: expected one ${pattern}, found ${found?.length ?? 0}`)
  glue = glue.replace(found[0], () => '')
  return found[0]
}

take('const \\{ TextDecoder, TextEncoder \\} = require\\(`util`\\);')
take("const \\{ Buffer \\} = require\\('node:buffer'\\);")
const base64 = take("const bytes = Buffer\\.from\\('[\\w+/=]+', 'base64'\\);").match(/'([\w+/=]{1000,})'/)[1]
take('const wasmModule = new WebAssembly\\.Module\\(bytes\\);')
for (const needed of ['new WebAssembly.Instance(wasmModule, imports)', 'module.exports.transformSync =', '.__wasm = wasm']) {
  if (!glue.includes(needed)) throw new Error(`amaro ${version}: no ${needed}`)
}
if (glue.includes('require(')) throw new Error(`amaro ${version}: its glue still requires something`)

const licences = [read('LICENSE.md'), read('dist/LICENSE')].join('\n').replaceAll('*/', '* /')
const file = join(import.meta.dirname, '../src/generated/swc-strip.ts')
mkdirSync(dirname(file), { recursive: true })
writeFileSync(
  file,
  `// @ts-nocheck
/*! From amaro ${version} (MIT) and SWC (Apache-2.0), changed only so that many instances can be made.\n\n${licences}*/
const { TextDecoder, TextEncoder } = globalThis

/** The WebAssembly module, in base64. */
export const wasmBase64: string = '${base64}'

/** The functions of one new instance. */
export function instantiate(wasmModule: object): any {
const module = { exports: {} }
${glue}
return module.exports
}
`,
)
