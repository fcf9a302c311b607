/** Maps within maps; a text where a line has a value. */
export type Indented = Map<string, Indented | string>

/** The part of YAML that pnpm and yarn write: `key: value` and yarn 1's `key "value"`, nested by two spaces. Lists are left out. */
export function readIndented(text: string): Indented {
  const top: Indented = new Map()
  const open: Indented[] = [top]
  for (const line of text.split(/\r?\n/)) {
    const [, space, rest] = /^((?: {2})*)([^\s#-].*)$/.exec(line) ?? []
    if (space === undefined || rest === undefined) continue
    const depth = space.length / 2
    const holder = open[depth]
    if (holder === undefined) continue
    open.length = depth + 1
    const { key, value } = entryOf(rest)
    if (value !== '') holder.set(key, value)
    else {
      // A file of several documents has a key more than once.
      const inside = inner(holder, key)
      holder.set(key, inside)
      open.push(inside)
    }
  }
  return top
}

function entryOf(line: string): { key: string; value: string } {
  // A key in quotes may have a colon or a space in it; yarn 1 has a list of quoted keys.
  const [, key = line, value = ''] =
    /^((?:"[^"]*"|'[^']*'|[^"'\s:]+)(?:, (?:"[^"]*"|[^"\s:]+(?::[^"\s,:]+)*))*):(?: (.*))?$/.exec(line) ??
    /^(\S.*):$/.exec(line) ??
    /^("[^"]*"|\S+):? (.*)$/.exec(line) ??
    []
  return { key: unquoted(key), value: unquoted(value) }
}

const unquoted = (text: string): string => (/^(["'])[^"']*\1$/.test(text) ? text.slice(1, -1) : text)

export const inner = (map: Indented | string | undefined, key: string): Indented => {
  const value = typeof map === 'string' ? undefined : map?.get(key)
  return value instanceof Map ? value : new Map()
}

export const textAt = (map: Indented | string | undefined, key: string): string | undefined => {
  const value = typeof map === 'string' ? undefined : map?.get(key)
  return typeof value === 'string' ? value : undefined
}
