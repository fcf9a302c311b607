import { pathText, type Portrait, typeOf } from './portrait.js'

export interface Unlike {
  path: string
  message: string
}

const MAX_DIFFERENCES = 5

/** A portrait in one order of keys and without the names of its functions: what is hashed and compared. */
export function canonical(portrait: Portrait): Portrait {
  if (!Array.isArray(portrait)) return portrait
  const [tag, first, second, third] = portrait as [string, unknown, unknown, unknown]
  const entries = (given: unknown): [string, Portrait][] =>
    (given as [string, Portrait][])
      .map(([key, value]): [string, Portrait] => [key, canonical(value)])
      .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  switch (tag) {
    case 'f':
      return ['f', entries(third)]
    case 'p':
      return ['p']
    case 'o':
      return ['o', entries(first)]
    case 'e':
      return ['e', first, second, entries(third)]
    case 'a':
    case 'S':
      return [tag, (first as Portrait[]).map(canonical)]
    case 'M':
      return ['M', (first as [Portrait, Portrait][]).map(([k, v]) => [canonical(k), canonical(v)])]
    case 'w':
      return ['w', canonical(first as Portrait)]
    default:
      return portrait
  }
}

/** Where two canonical portraits differ, the first few. What one side could not read is not compared. */
export function compare(first: Portrait, second: Portrait, root: string): Unlike[] {
  const found: Unlike[] = []
  const tell = (path: readonly string[], message: string): void => {
    if (found.length < MAX_DIFFERENCES) found.push({ path: pathText(root, path), message })
  }

  const walk = (a: Portrait, b: Portrait, path: readonly string[]): void => {
    if (found.length >= MAX_DIFFERENCES) return
    if (!Array.isArray(a) || !Array.isArray(b)) {
      if (a !== b && !isBlind(a) && !isBlind(b)) tell(path, unlike(a, b))
      return
    }
    if (isBlind(a) || isBlind(b)) return
    if (a[0] !== b[0]) return tell(path, unlike(a, b))
    switch (a[0]) {
      case 'o':
      case 'f':
        return keyed(a[1] as Entries, b[1] as Entries, path)
      case 'e':
        if (a[1] !== b[1] || a[2] !== b[2]) tell(path, a[1] === b[1] ? `${String(a[1])} with another message` : unlike(a, b))
        return keyed(a[3] as Entries, b[3] as Entries, path)
      case 'a':
      case 'S':
        return listed(a, b, path)
      case 'M':
        return listed(
          ['a', (a[1] as Portrait[]).map((entry) => ['a', entry])],
          ['a', (b[1] as Portrait[]).map((entry) => ['a', entry])],
          path,
        )
      default:
        if (JSON.stringify(a) !== JSON.stringify(b)) tell(path, unlike(a, b))
    }
  }

  const listed = (a: Portrait, b: Portrait, path: readonly string[]): void => {
    const [one, other] = [(a as [string, Portrait[]])[1], (b as [string, Portrait[]])[1]]
    if (one.length !== other.length) return tell(path, unlike(a, b))
    for (let i = 0; i < one.length; i++) walk(one[i] as Portrait, other[i] as Portrait, [...path, String(i)])
  }

  const keyed = (a: Entries, b: Entries, path: readonly string[]): void => {
    const others = new Map(b)
    for (const [key, value] of a) {
      const other = others.get(key)
      if (other === undefined) tell([...path, key], `${typeOf(value)} on the first engine, and not there on the second`)
      else walk(value, other, [...path, key])
      others.delete(key)
    }
    for (const [key, value] of others) tell([...path, key], `not there on the first engine, and ${typeOf(value)} on the second`)
  }

  walk(first, second, [])
  return found
}

type Entries = [string, Portrait][]
const isBlind = (portrait: Portrait): boolean => Array.isArray(portrait) && portrait[0] === 'x'

function unlike(a: Portrait, b: Portrait): string {
  const [one, other] = [typeOf(a), typeOf(b)]
  return one === other ? `another ${one}` : `${one} on the first engine, ${other} on the second`
}
