/** Takes a result over key by key, into whatever the key leads to, and believes every mark it finds. */
export function takeOver(value: unknown): unknown {
  if (typeof value === 'string') return new TextDecoder().decode(new TextEncoder().encode(value))
  if (typeof value !== 'object' || value === null) return value
  const marked = unmark(value as Record<string, unknown>)
  if (marked !== undefined) return marked.is
  if (value instanceof Date || value instanceof RegExp || ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value
  if (value instanceof Map) return new Map(value)
  if (value instanceof Error) return Object.assign(new Error(value.message), { cause: takeOver(value.cause) })
  const target: Record<string, unknown> | unknown[] = Array.isArray(value) ? value.slice() : {}
  merge(target as Record<string, unknown>, value as Record<string, unknown>)
  return target
}

function merge(target: Record<string, unknown>, source: Record<string, unknown>): void {
  const { toJSON } = source
  if (typeof toJSON === 'function') source = toJSON.call(source) as Record<string, unknown>
  if (typeof source !== 'object' || source === null) return
  for (const key of Array.isArray(source) ? source.keys() : Object.keys(source)) {
    const from = source[key as string]
    const to = target[key as string]
    // The ways to pollute a prototype: `target['__proto__']` is one, `target['constructor']` leads to it.
    if (typeof from === 'object' && from !== null && isHolder(to) && from !== to) {
      merge(to as Record<string, unknown>, from as Record<string, unknown>)
    } else target[key as string] = takeOver(from)
  }
}

const isHolder = (value: unknown): boolean => (typeof value === 'object' && value !== null) || typeof value === 'function'

/** Marks that data can carry as well as anybody. */
function unmark(value: Record<string, unknown>): { is: unknown } | undefined {
  if (value.__isError === true) return { is: new Error(String(value.message)) }
  if (value.$type === 'Date') return { is: new Date(value.value as number) }
  if (value.$type === 'BigInt') return { is: BigInt(value.value as string) }
  if (value.$undefined === true) return { is: undefined }
  if (typeof value.$function === 'string') return { is: (globalThis as unknown as Record<string, unknown>)[value.$function] }
  if (typeof value.$ref === 'number') return { is: process }
  if (!Array.isArray(value)) return undefined
  const [tag, first] = value as unknown[]
  if (tag === 'u') return { is: null }
  if (tag === 'b') return { is: BigInt(`0x${String(first)}`) }
  if (tag === 'd') return { is: new Date(first as number) }
  if (tag === 'e') return { is: new Error(String(first)) }
  if (typeof tag === 'number' && value.length === 1) return { is: tag }
  return undefined
}
