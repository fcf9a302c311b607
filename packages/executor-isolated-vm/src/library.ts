import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type ivm from 'isolated-vm'

const require = createRequire(import.meta.url)

/**
 * Loads isolated-vm, an optional dependency; throws where it is not installed or not built for this Node. A child is
 * told where the library is: it may not read what a look-up by name would have to.
 */
export function loadLibrary(path = 'isolated-vm'): typeof ivm {
  return require(path) as typeof ivm
}

/** The installed version and what a child must be let read to load the add-on; `undefined` where it is not installed. */
export function findLibrary(): { version: string; path: string; read: string[] } | undefined {
  try {
    const manifest = realpathSync(require.resolve('isolated-vm/package.json'))
    const { version } = require(manifest) as { version: string }
    const loader = dirname(realpathSync(createRequire(manifest).resolve('node-gyp-build/package.json')))
    const path = realpathSync(require.resolve('isolated-vm'))
    const folder = dirname(manifest)
    // Its loader by both of its names, the link beside the package and the real one; it asks whether this is Alpine.
    return { version, path, read: [folder, join(dirname(folder), 'node-gyp-build'), loader, '/etc/alpine-release'] }
  } catch {
    return undefined
  }
}

/** The isolated-vm version that fits a Node version, in words for a person. */
export function fittingVersion(nodeVersion: string): string {
  const major = Number(nodeVersion.split('.')[0])
  if (major === 22) return '6.2'
  if (major === 24) return '6.2 or 7'
  if (major === 26) return '7'
  return major % 2 === 1 ? 'none: isolated-vm supports even Node versions only' : 'unknown'
}
