/** Characters of a formatted value; what is beyond is cut and said. */
const MAX_TEXT = 100_000
const MAX_DEPTH = 12
const WIDTH = 62
/** A larger bigint is written in hexadecimal: its decimal digits take too long. */
const MAX_DECIMAL = 2n ** 1024n
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/

interface Parts {
  open: string
  items: readonly string[]
  close: string
}

/**
 * A value that crossed from a guest, in JavaScript's notation: for reading, in a page as on Node. The time that it takes
 * and the length of what it gives are bounded, whatever the value.
 */
export function formatValue(value: unknown, { indent = true } = {}): string {
  const path: object[] = []
  let left = MAX_TEXT

  const spend = (text: string): string => {
    left -= text.length
    return text
  }
  const format = (item: unknown, depth: number): string => {
    if (left <= 0) return '…'
    if (typeof item === 'string') return spend(JSON.stringify(item.length > left ? `${item.slice(0, left)}…` : item))
    if (typeof item === 'bigint') return spend(bigint(item, left))
    if (typeof item !== 'object' || item === null) return spend(Object.is(item, -0) ? '-0' : String(item))
    if (path.includes(item)) return '[circular]'
    if (depth > MAX_DEPTH) return Array.isArray(item) ? '[…]' : '{…}'
    path.push(item)
    const parts = composite(item, depth)
    path.pop()
    return typeof parts === 'string' ? parts : joined(parts, depth)
  }
  const take = <T>(all: Iterable<T>, one: (item: T) => string): string[] => {
    const items: string[] = []
    for (const item of all) {
      if (left <= 0) {
        items.push('…')
        break
      }
      left -= 2
      items.push(one(item))
    }
    return items
  }
  const properties = (item: object, depth: number): string[] =>
    take(Object.entries(item), ([key, inner]) => `${spend(IDENTIFIER.test(key) ? key : JSON.stringify(key))}: ${format(inner, depth + 1)}`)

  const composite = (item: object, depth: number): Parts | string => {
    const next = (inner: unknown): string => format(inner, depth + 1)
    if (Array.isArray(item)) return { open: '[', items: take(item, next), close: ']' }
    if (item instanceof Map) {
      return { open: `Map(${item.size}) {`, items: take(item, ([key, inner]) => `${next(key)} => ${next(inner)}`), close: '}' }
    }
    if (item instanceof Set) return { open: `Set(${item.size}) {`, items: take(item, next), close: '}' }
    if (item instanceof Date) return `Date(${Number.isNaN(item.getTime()) ? 'invalid' : item.toISOString()})`
    if (item instanceof RegExp) return spend(String(item))
    if (item instanceof ArrayBuffer) return `ArrayBuffer(${item.byteLength})`
    if (item instanceof DataView) return `DataView(${item.byteLength})`
    if (ArrayBuffer.isView(item)) {
      const list = item as unknown as ArrayLike<unknown> & Iterable<unknown>
      return { open: `${Object.prototype.toString.call(item).slice(8, -1)}(${list.length}) [`, items: take(list, next), close: ']' }
    }
    if (item instanceof Error) {
      const { cause, name, message } = item
      const own = properties(Object.assign({}, item, cause === undefined ? {} : { cause }), depth)
      const head = spend(`${name}: ${message}`)
      return own.length === 0 ? head : { open: `${head} {`, items: own, close: '}' }
    }
    return { open: '{', items: properties(item, depth), close: '}' }
  }
  const joined = ({ open, items, close }: Parts, depth: number): string => {
    if (items.length === 0) return open + close
    const flat = items.join(', ')
    const pad = open.endsWith('{') ? ' ' : ''
    if (!indent || (flat.length + open.length + depth * 2 < WIDTH && !flat.includes('\n'))) return open + pad + flat + pad + close
    const inner = '  '.repeat(depth + 1)
    return `${open}\n${items.map((item) => `${inner}${item},`).join('\n')}\n${'  '.repeat(depth)}${close}`
  }
  return format(value, 0)
}

function bigint(value: bigint, most: number): string {
  if (value < MAX_DECIMAL && value > -MAX_DECIMAL) return `${value}n`
  const digits = value.toString(16).replace('-', '')
  return `${value < 0n ? '-' : ''}0x${digits.length > most ? `${digits.slice(0, most)}…` : digits}n`
}
