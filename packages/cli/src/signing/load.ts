import { createReadStream, readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import type { SignerRegistry } from '@beddel/threat-detector'
import { SandboxError } from '@beddel/sandbox-adapter'
import { EXIT } from '../exit-codes.js'
import { printErr, UsageError } from '../print.js'

export type Signing = typeof import('@beddel/threat-detector')

/** Signing and scanning are in an optional peer: who only runs code does not need it. */
export async function loadDetector(): Promise<Signing> {
  try {
    return await import('@beddel/threat-detector')
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new UsageError('The package @beddel/threat-detector is not installed: npm install @beddel/threat-detector')
  }
}

/** Does a command's work; what a person can mend is said in one line, and ends with 2. */
export async function withSigning(work: (signing: Signing) => Promise<number>): Promise<number> {
  try {
    const signing = await loadDetector()
    try {
      return await work(signing)
    } catch (error) {
      if (!signing.SigningError.isInstance(error)) throw error
      printErr(`error: ${error.code}: ${error.message}`)
      return EXIT.usage
    }
  } catch (error) {
    if (!(error instanceof UsageError) && !SandboxError.isInstance(error)) throw error
    printErr(`error: ${error.message}`)
    return EXIT.usage
  }
}

/** A registry that is there; `begun`: or that the command is to begin. */
export async function registryAt({ FileRegistryStore, SignerRegistry }: Signing, path: string, begun = false): Promise<SignerRegistry> {
  const store = new FileRegistryStore(path)
  if (!begun && (await store.read()).text === undefined) throw new UsageError(`There is no registry ${path}. keys add begins one.`)
  return new SignerRegistry(store)
}

/** The bytes of a file that the command line names; - is stdin. */
export async function fileOf(path: string, what: string): Promise<Buffer> {
  try {
    return path === '-' ? await buffer(process.stdin) : readFileSync(path)
  } catch (error) {
    throw new UsageError(`${what} cannot be read: ${(error as Error).message}`)
  }
}

/** No key and no file of signatures is as large as this, in bytes. */
const MOST_SMALL = 256 * 1024

/** The same of a key or of signatures. A device may have no end, so no more is read than such a file can have. */
export async function smallFileOf(path: string, what: string): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  try {
    for await (const piece of path === '-' ? process.stdin : createReadStream(path)) {
      pieces.push(piece as Buffer)
      length += (piece as Buffer).length
      if (length > MOST_SMALL) break
    }
  } catch (error) {
    throw new UsageError(`${what} cannot be read: ${(error as Error).message}`)
  }
  if (length > MOST_SMALL) throw new UsageError(`${what} cannot be read: ${path} is larger than ${MOST_SMALL} bytes.`)
  return Buffer.concat(pieces)
}

/**
 * A public key. Not as 32 raw bytes: those could as well be somebody's private key, which would then stand in a registry for
 * all to read.
 */
export async function publicKeyFileOf(path: string): Promise<Buffer> {
  const bytes = await smallFileOf(path, 'The key')
  if (bytes.length !== 32) return bytes
  throw new UsageError(`${path} is 32 bytes, which a private key may be too: give the public key as PEM, JWK or base64 text.`)
}

/** Source is signed as it is: a byte order mark counts, and what is no UTF-8 is no source. */
export async function sourceOf(path: string): Promise<string> {
  const bytes = await fileOf(path, 'The code')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new UsageError(`${path} is not UTF-8 text`)
  }
}
