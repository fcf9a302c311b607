import { hash } from 'node:crypto'

/** RFC 6962, 2.1: the hash of a leaf; text counts as its UTF-8. */
export function leafHash(data: string | Uint8Array): Buffer {
  if (typeof data === 'string') return hash('sha256', `\0${data}`, 'buffer')
  return hash('sha256', Buffer.concat([Buffer.of(0), data]), 'buffer')
}

const scratch = Buffer.alloc(65, 1)

/** The hash of a node over the hashes of its two children. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  scratch.set(left, 1)
  scratch.set(right, 33)
  return hash('sha256', scratch, 'buffer')
}

/** The root of the tree without leaves. */
export const emptyRoot = (): Buffer => hash('sha256', '', 'buffer')
