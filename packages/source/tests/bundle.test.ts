import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

test('bundled into one file, it finds all it needs in that file and does nothing at import', {
  timeout: 60_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'beddel-source-'))
  const outfile = join(folder, 'bundle.mjs')
  try {
    await build({
      entryPoints: [join(import.meta.dirname, '../src/index.ts')],
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node22',
      outfile,
      logLevel: 'error',
    })
    const program = `
      const wasm = WebAssembly.Module
      let compiled = 0
      WebAssembly.Module = function (bytes) { compiled++; return new wasm(bytes) }
      const { meter, stripTypes } = await import(${JSON.stringify(outfile)})
      const atImport = compiled
      const code = meter(stripTypes('let a: 1 = 2; a'), { form: 'script', budget: 1 }).code
      try { stripTypes('['.repeat(20000)) } catch (e) { console.log(e.name, stripTypes('1 as 2')) }
      console.log(atImport, compiled, (0, eval)(code))`
    const args = ['--permission', `--allow-fs-read=${folder}`, '--input-type=module', '-e', program]
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 30_000, cwd: folder })
    expect({ stdout, stderr }).toEqual({ stdout: 'SourceError 1     \n0 1 2\n', stderr: '' })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
