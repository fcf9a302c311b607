import { readFileSync, realpathSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** Where quickjs-wasi's binary is. A child is told: it may not read what a look-up by name would have to. */
export function findBinary(): string {
  return realpathSync(require.resolve('quickjs-wasi/quickjs.wasm'))
}

/** Compiles the binary. The code is shared by all instances; each has its own memory. */
export function loadBinary(path: string): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(path))
}

/** The same off this thread: the binary takes a tenth of a second. */
export async function compileBinary(path: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(path))
}

export function libraryVersion(): string {
  return (require('quickjs-wasi/package.json') as { version: string }).version
}
