import { writeFileSync } from 'node:fs'
import { UsageError } from '../print.js'

/** Writes a file that must not be there yet: a key that is overwritten is lost. */
export function writeNew(path: string, data: string | Uint8Array, mode: number): void {
  try {
    writeFileSync(path, data, { flag: 'wx', mode })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new UsageError(`${path} is there already, and is not overwritten.`)
    throw new UsageError(`${path} cannot be written: ${(error as Error).message}`)
  }
}
