import {
  bareArray,
  bigintToString,
  dateValue,
  Ctor,
  getOwnPropertyDescriptor,
  isArray,
  isPrototypeOf,
  jsonStringify,
  mapForEach,
  objectKeys,
  regexpFlags,
  regexpSource,
  setForEach,
  slice,
  uncurryThis,
} from '../engine/primordials.js'

const MAX_TEXT = 16_384
const MAX_ENTRIES = 100
const MAX_DEPTH = 4
const symbolDescription = uncurryThis(Object.getOwnPropertyDescriptor(Symbol.prototype, 'description')?.get as never)

/** A value as console text: bounded, and without calling a getter or a `toString` of the guest's. */
export function print(value: unknown, quoteStrings = false): string {
  const seen = bareArray<object>()
  let left = MAX_TEXT

  const take = (text: string): string => {
    if (text.length > left) text = `${slice(text, 0, left)}…`
    left -= text.length
    return text
  }

  const show = (v: unknown, quote: boolean, depth: number): string => {
    if (left <= 0) return ''
    switch (typeof v) {
      case 'string':
        return take(quote ? jsonStringify(slice(v, 0, left)) : v)
      case 'bigint':
        return take(`${bigintToString(v, 10)}n`)
      case 'symbol':
        return take(`Symbol(${(symbolDescription(v) as string | undefined) ?? ''})`)
      case 'function': {
        const name = getOwnPropertyDescriptor(v, 'name')?.value as unknown
        return take(`[Function${typeof name === 'string' && name !== '' ? `: ${name}` : ''}]`)
      }
      case 'object':
        return v === null ? take('null') : object(v, depth)
      default:
        return take(Object_is(v, -0) ? '-0' : `${v as number}`)
    }
  }

  const object = (v: object, depth: number): string => {
    for (let i = 0; i < seen.length; i++) if (seen[i] === v) return take('[Circular]')
    if (isPrototypeOf(Ctor.Error.prototype, v)) return take(errorText(v))
    const special = specialText(v)
    if (special !== undefined) return take(special)
    if (depth >= MAX_DEPTH) return take(isArray(v) ? '[Array]' : '[Object]')
    seen[seen.length] = v
    const text = entries(v, depth + 1)
    seen.length--
    return text
  }

  const entries = (v: object, depth: number): string => {
    let out = ''
    let count = 0
    const add = (text: () => string): void => {
      if (++count <= MAX_ENTRIES && left > 0) out += (count > 1 ? ', ' : ' ') + text()
    }
    const end = (open: string, close: string): string => {
      if (count > MAX_ENTRIES) out += `, … ${count - MAX_ENTRIES} more`
      return count === 0 ? `${open}${close}` : `${open}${out} ${close}`
    }
    if (isArray(v)) {
      for (let i = 0; i < v.length && i <= MAX_ENTRIES; i++) add(() => property(v, `${i}`, depth))
      if (v.length > MAX_ENTRIES) count = v.length
      return end('[', ']')
    }
    try {
      mapForEach(v, (item: unknown, key: unknown) => add(() => `${show(key, true, depth)} => ${show(item, true, depth)}`))
      return `Map ${end('{', '}')}`
    } catch {}
    try {
      setForEach(v, (item: unknown) => add(() => show(item, true, depth)))
      return `Set ${end('{', '}')}`
    } catch {}
    const keys = objectKeys(v)
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string
      add(() => `${take(key)}: ${property(v, key, depth)}`)
    }
    return end('{', '}')
  }

  const property = (v: object, key: string, depth: number): string => {
    const found = getOwnPropertyDescriptor(v, key)
    if (found === undefined) return take('<empty>')
    return 'value' in found ? show(found.value, true, depth) : take('[Getter]')
  }

  try {
    return show(value, quoteStrings, 0)
  } catch {
    return '(unreadable)'
  }
}

const Object_is = Object.is
const dateToISO = uncurryThis(Date.prototype.toISOString)

function specialText(v: object): string | undefined {
  try {
    const time = dateValue(v)
    return time === time ? dateToISO(v) : 'Invalid Date'
  } catch {}
  try {
    if (getOwnPropertyDescriptor(v, 'lastIndex') !== undefined) return `/${regexpSource(v)}/${regexpFlags(v)}`
  } catch {}
  return undefined
}

function errorText(error: object): string {
  // No stack: it would carry frames that are not the guest's.
  const { name, message } = error as { name: unknown; message: unknown }
  return `${typeof name === 'string' ? name : 'Error'}: ${typeof message === 'string' ? message : ''}`
}
