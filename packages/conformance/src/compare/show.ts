/** Any value as short text for a message. It runs no code of the value's. */
export function show(value: unknown, depth = 0): string {
  const text = raw(value, depth)
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

function raw(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}…` : value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return '[function]'
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value)
  try {
    if (value instanceof Error) return `[${value.name}: ${value.message}]`
    if (value instanceof Date) return `Date(${value.getTime()})`
    if (value instanceof RegExp) return String(value)
    if (depth > 3) return Array.isArray(value) ? '[…]' : '{…}'
    if (value instanceof Map) return `Map${show([...value].slice(0, 8), depth + 1)}`
    if (value instanceof Set) return `Set${show([...value].slice(0, 8), depth + 1)}`
    if (ArrayBuffer.isView(value)) return `${Object.prototype.toString.call(value).slice(8, -1)}(${value.byteLength} bytes)`
    if (Array.isArray(value))
      return `[${Array.from(value.slice(0, 8), (item) => show(item, depth + 1)).join(', ')}${value.length > 8 ? ', …' : ''}]`
    const parts = Object.entries(Object.getOwnPropertyDescriptors(value)).slice(0, 12)
    return `{${parts.map(([key, at]) => `${key}: ${'value' in at ? show(at.value, depth + 1) : '[accessor]'}`).join(', ')}}`
  } catch {
    return '[unreadable]'
  }
}
