import { invalid } from '@beddel/core'

const REDACTED = '[redacted]'

/** A path as its parts; `*` stands for any key or index, `**` for any number of them. */
export type RedactPath = readonly string[]

export function redactPaths(paths: readonly string[] | undefined, where: string): RedactPath[] {
  if (paths === undefined) return []
  if (!Array.isArray(paths)) throw invalid(where, 'must be an array of paths, as "input.user.password"', paths)
  return paths.map((path: unknown, i) => {
    if (typeof path !== 'string' || !/^[^.]+(\.[^.]+)*$/.test(path))
      throw invalid(`${where}[${i}]`, 'must be a path, as "input.*.token"', path)
    return path.split('.')
  })
}

/** A copy of a JSON value in which what lies at one of the paths is replaced. */
export function redact(value: unknown, paths: readonly RedactPath[]): unknown {
  if (paths.length === 0) return value
  if (paths.some((path) => path.every((part) => part === '**'))) return REDACTED
  if (typeof value !== 'object' || value === null) return value
  const below = (key: string): RedactPath[] =>
    paths.flatMap((path): RedactPath[] => {
      const [first, ...rest] = path as [string, ...string[]]
      // `**` may take this key too, or none.
      if (first === '**') return [path, ...(rest[0] === key || rest[0] === '*' ? [rest.slice(1)] : [])]
      return first === key || first === '*' ? [rest] : []
    })
  const inner = (key: string, one: unknown): unknown => {
    const rest = below(key)
    return rest.some((path) => path.length === 0) ? REDACTED : redact(one, rest)
  }
  if (Array.isArray(value)) return value.map((one, i) => inner(String(i), one))
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inner(key, one)]))
}
