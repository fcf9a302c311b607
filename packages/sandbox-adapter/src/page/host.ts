/** A page has none of what `../host.ts` reaches for. */
export const builtin = (): undefined => undefined
export const env = (): undefined => undefined

export function requireNow(name: string): never {
  throw new Error(`${name} cannot be loaded synchronously in a page`)
}

export function resolveNow(name: string): never {
  throw new Error(`${name} cannot be looked for in a page`)
}
