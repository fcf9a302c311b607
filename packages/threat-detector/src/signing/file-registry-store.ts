import type { BigIntStats } from 'node:fs'
import { checkKeys, invalid, sha256Hex } from '@beddel/core'
import { SigningError } from './codes.js'
import { withFileLock } from './file-lock.js'
import type { RegistryStore, Stored } from './registry-store.js'
import { replaceFile } from './replace-file.js'

export interface FileRegistryStoreOptions {
  /** How long a write waits for another writer, in milliseconds. Default 5 000. */
  lockTimeoutMs?: number
}

/** More than any file system's tick. */
const YOUNG_MS = 3_000

const ABSENT: Stored = { text: undefined, revision: 'absent' }

/**
 * Keeps a registry in a JSON file, for any number of processes of one machine: who changes it holds `<file>.lock`, and puts a
 * whole new file in the place of the old one. A reader takes no lock, and sees one of the two.
 */
export class FileRegistryStore implements RegistryStore {
  readonly where: string
  readonly #lockTimeoutMs: number
  #known: { stamp: string; stored: Stored } | undefined

  constructor(path: string, options: FileRegistryStoreOptions = {}) {
    if (typeof path !== 'string' || path === '') throw invalid('path', 'must be a path', path)
    checkKeys(options, ['lockTimeoutMs'], 'file store options')
    const { lockTimeoutMs = 5_000 } = options
    if (!Number.isFinite(lockTimeoutMs) || lockTimeoutMs < 0)
      throw invalid('lockTimeoutMs', 'must be a number of milliseconds', lockTimeoutMs)
    this.where = path
    this.#lockTimeoutMs = lockTimeoutMs
  }

  async read(): Promise<Stored> {
    const { open } = await import('node:fs/promises')
    let file
    try {
      file = await open(this.where, 'r')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ABSENT
      throw error
    }
    try {
      const stats = await file.stat({ bigint: true })
      const stamp = stampOf(stats)
      if (this.#known?.stamp === stamp) return this.#known.stored
      const text = decoded(await file.readFile(), this.where)
      const stored = { text, revision: sha256Hex(text) }
      // A young file may be changed again within one tick of the file system's clock, and look the same: it is not kept.
      this.#known = Date.now() - Number(stats.ctimeMs) > YOUNG_MS ? { stamp, stored } : undefined
      return stored
    } finally {
      await file.close()
    }
  }

  async update(change: (text: string | undefined) => string): Promise<void> {
    await withFileLock(`${this.where}.lock`, this.#lockTimeoutMs, async () => {
      this.#known = undefined
      await replaceFile(this.where, change((await this.read()).text))
    })
  }
}

/** Each write makes a new file, so that its number changes too. */
const stampOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string => [dev, ino, size, mtimeNs, ctimeNs].join(' ')

function decoded(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new SigningError('REGISTRY_DAMAGED', `${where} is no text. Restore it from a copy; nothing was changed.`, { where }, error)
  }
}
