import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The path of a file in a folder of its own, which is removed with everything in it when this process exits. */
export function scratchFile(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'beddel-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return join(folder, name)
}
