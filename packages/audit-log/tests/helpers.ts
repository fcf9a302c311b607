import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A folder for this file's tests; gone afterwards. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'beddel-audit-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export async function toArray<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

export async function toText(pieces: AsyncIterable<string>): Promise<string> {
  return (await toArray(pieces)).join('')
}

/** The lines of a text, as a file would give them. */
export const linesIn = (text: string) =>
  async function* (): AsyncGenerator<string> {
    yield* text.split('\n').filter((line) => line !== '')
  }
