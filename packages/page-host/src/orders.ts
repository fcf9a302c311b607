/** What a page orders of its frame. A `make` carries the worker's port. */
export type ToFrame = ['script', name: string, text: string] | ['make', id: number, script: string] | ['end', id: number]

/** What the frame answers. */
export type FromFrame = ['hello', nonce: string] | ['failed', id: number, message: string] | ['ended', id: number]
