import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
}

export interface StaticFile {
  type: string
  body: Buffer
}

/** The files of a folder by their paths in a URL, read once: what is not among them cannot be asked for. */
export function staticFiles(folder: string): Map<string, StaticFile> {
  const files = new Map<string, StaticFile>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const type = TYPES[extname(entry.name)]
    if (type !== undefined) files.set(`/${relative(folder, path).split(sep).join('/')}`, { type, body: readFileSync(path) })
  }
  return files
}
