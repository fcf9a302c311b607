import type { FunctionNode } from '../tree/node.js'

/** What is known of a value without running anything. `undefined` stands for "nothing". */
export type Value =
  | { k: 'str'; s: string }
  | { k: 'num'; n: number }
  | { k: 'bool'; b: boolean }
  | { k: 'null' }
  | { k: 'undef' }
  | { k: 'regexp'; source: string; flags: string }
  | { k: 'arr'; items: readonly Maybe[] }
  | { k: 'obj'; props: ReadonlyMap<string, Maybe> }
  /** A function of the source. */
  | { k: 'fn'; node: FunctionNode }
  /** A built-in method: `[].flat`. `self` is what it was taken from. */
  | { k: 'native'; name: string; self: Maybe }
  /** What a dotted path from the global object leads to; the empty path is the global object itself. */
  | { k: 'global'; path: string }
  /** `Function`, or one of its kin, reached by a `constructor` property. */
  | { k: 'maker' }
  /** The constructor of something unknown. */
  | { k: 'ctor' }
  /** The prototype of something; `of` is the built-in whose prototype it is, or `?`. */
  | { k: 'proto'; of: string }
  /** A function made from text. */
  | { k: 'made'; text: string | undefined }
  /** A module, or with a path something in it. */
  | { k: 'module'; name: string; path: string }
  /** One of these. */
  | { k: 'choice'; of: readonly Value[] }

export type Maybe = Value | undefined

export const str = (s: string): Value => ({ k: 'str', s })
export const num = (n: number): Value => ({ k: 'num', n })
export const bool = (b: boolean): Value => ({ k: 'bool', b })
export const arr = (items: readonly Maybe[]): Value => ({ k: 'arr', items })
export const global = (path: string): Value => ({ k: 'global', path })
export const NULL: Value = { k: 'null' }
export const UNDEF: Value = { k: 'undef' }
export const MAKER: Value = { k: 'maker' }
export const CTOR: Value = { k: 'ctor' }

/** Text that is longer is not followed. */
export const MAX_TEXT = 100_000
export const MAX_ITEMS = 10_000
export const MAX_CHOICES = 8

/** Whether a value is more than data: something of the host's world that a rule may be about. */
export function isReach(value: Maybe): value is Value {
  switch (value?.k) {
    case 'global':
    case 'maker':
    case 'made':
    case 'module':
    case 'proto':
      return true
    case 'choice':
      return value.of.some(isReach)
    default:
      return false
  }
}

/** One of several. Where one is more than data, those that are data are left out. */
export function choose(values: readonly Maybe[]): Maybe {
  const all = values.flatMap((value) => (value === undefined ? [] : alternatives(value)))
  const reaches = all.filter(isReach)
  const flat = (reaches.length > 0 ? reaches : all).slice(0, MAX_CHOICES)
  if (flat.length < 2) return flat[0]
  return { k: 'choice', of: flat }
}

/** What a value may be. */
export const alternatives = (value: Value): readonly Value[] => (value.k === 'choice' ? value.of : [value])

/** As `String(value)` would be; `undefined` where that is not known. */
export function textOf(value: Maybe, depth = 0): string | undefined {
  switch (value?.k) {
    case 'str':
      return value.s
    case 'num':
      return String(value.n)
    case 'bool':
      return String(value.b)
    case 'null':
      return 'null'
    case 'undef':
      return 'undefined'
    case 'obj':
      return value.props.has('toString') ? undefined : '[object Object]'
    case 'native':
      return `function ${value.name}() { [native code] }`
    case 'maker':
      return 'function Function() { [native code] }'
    case 'global':
      return /^[A-Z]\w*$/.test(value.path) ? `function ${value.path}() { [native code] }` : undefined
    case 'arr': {
      if (depth > 4) return undefined
      return joined(value.items, ',', depth)
    }
    default:
      return undefined
  }
}

/** As `array.join(by)` would be. */
export function joined(items: readonly Maybe[], by: string, depth = 0): string | undefined {
  const parts: string[] = []
  let length = 0
  for (const item of items) {
    const part = item?.k === 'null' || item?.k === 'undef' ? '' : textOf(item, depth + 1)
    if (part === undefined) return undefined
    length += part.length + by.length
    if (length > MAX_TEXT) return undefined
    parts.push(part)
  }
  return parts.join(by)
}

/** As `Number(value)` would be. */
export function numberOf(value: Maybe): number | undefined {
  switch (value?.k) {
    case 'num':
      return value.n
    case 'bool':
      return value.b ? 1 : 0
    case 'null':
      return 0
    case 'undef':
      return Number.NaN
    case 'str':
    case 'arr':
    case 'obj': {
      const text = textOf(value)
      return text === undefined ? undefined : Number(text)
    }
    default:
      return undefined
  }
}

export function truthOf(value: Maybe): boolean | undefined {
  switch (value?.k) {
    case 'str':
      return value.s !== ''
    case 'num':
      return value.n !== 0 && !Number.isNaN(value.n)
    case 'bool':
      return value.b
    case 'null':
    case 'undef':
      return false
    case 'arr':
    case 'obj':
    case 'fn':
    case 'native':
    case 'regexp':
    case 'maker':
      return true
    default:
      return undefined
  }
}
