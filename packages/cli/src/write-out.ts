import { createWriteStream, realpathSync, renameSync, rmSync, type Stats, statSync } from 'node:fs'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { UsageError } from './print.js'

type Pieces = AsyncIterable<string> | Iterable<string>

/** Writes pieces to a file, or to stdout without one. What cannot be written is a `UsageError` that names the file. */
export async function writeOut(pieces: Pieces, file: string | undefined): Promise<void> {
  if (file === undefined) {
    for await (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
    return
  }
  // What goes wrong with the pieces is told as it is; everything else is the file's.
  let ofPieces: { error: unknown } | undefined
  const watched = async function* (): AsyncGenerator<string> {
    try {
      yield* pieces
    } catch (error) {
      ofPieces = { error }
      throw error
    }
  }
  try {
    const there = statSync(file, { throwIfNoEntry: false })
    if (there === undefined || there.isFile()) await writeBeside(watched, file, there)
    else await pipeline(watched, createWriteStream(file))
  } catch (error) {
    throw ofPieces === undefined ? new UsageError(`${file} cannot be written: ${(error as Error).message}`) : ofPieces.error
  }
}

/** A file that is half written must not pass for a whole one: it gets its name when it is complete. */
async function writeBeside(pieces: () => AsyncGenerator<string>, file: string, there: Stats | undefined): Promise<void> {
  const place = there === undefined ? file : realpathSync(file)
  const beside = `${place}.${process.pid}.tmp`
  const mode = there === undefined ? 0o666 : there.mode & 0o777
  // One that is there already is somebody else's.
  const out = await open(beside, 'wx', mode)
  try {
    await pipeline(pieces, out.createWriteStream({ flush: true }))
    renameSync(beside, place)
  } catch (error) {
    await out.close()
    rmSync(beside, { force: true })
    throw error
  }
}
