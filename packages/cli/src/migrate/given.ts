import { WHOLE } from './names.js'

/** Names under which a module gives names of vm2: `VM` for its class, `*` for all of it. */
export type Given = ReadonlyMap<string, string>

/** Everything of vm2, by the name that it is asked for. */
export const givenName = (given: Given, name: string): string | undefined =>
  given.get(name) ?? (given.has(WHOLE) && name !== 'default' ? name : undefined)

/** What `import x from` a file gives; of a CommonJS file, all that it exports. */
export const defaultOf = (given: Given): string | Given => given.get('default') ?? given.get('=') ?? given.get(WHOLE) ?? given
