import { renameSync, rmSync, writeFileSync } from 'node:fs'
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

/** Puts a whole new file in the place of the old one. */
export function writeWhole(path: string, text: string): void {
  const beside = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(beside, text)
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw new UsageError(`${path} cannot be written: ${(error as Error).message}`)
  }
}
