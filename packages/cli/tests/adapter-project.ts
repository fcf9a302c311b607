import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A directory in which programs find the packages that the codemod writes. */
export function adapterProject(): string {
  const project = mkdtempSync(join(tmpdir(), 'beddel-adapter-'))
  mkdirSync(join(project, 'node_modules/@beddel'), { recursive: true })
  const require = createRequire(import.meta.url)
  for (const name of ['@beddel/vm2-migration', '@beddel/sandbox-adapter']) {
    symlinkSync(dirname(dirname(require.resolve(name))), join(project, 'node_modules', name))
  }
  return project
}
