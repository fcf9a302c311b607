import { fileURLToPath } from 'node:url'

/**
 * What betrays the host's file system or its own frames: where this package is installed (a workspace or a
 * `node_modules`), any `node_modules`, file URLs, Node's own files.
 */
const here = fileURLToPath(new URL('.', import.meta.url))
const root = /^(.*?)[/\\](?:packages|node_modules)[/\\]/.exec(here)?.[1] ?? here

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

export const HOST_PATHS = new RegExp(`${quoted(root)}[/\\\\]|node_modules|file:///|\\bnode:internal/`)
