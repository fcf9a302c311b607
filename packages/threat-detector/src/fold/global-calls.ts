import { memberOf } from './members.js'
import { arr, global, MAX_TEXT, type Maybe, NULL, num, numberOf, str, textOf } from './values.js'

type Call = (args: readonly Maybe[]) => Maybe

const decoded =
  (decode: (text: string) => string): Call =>
  ([given]) => {
    const text = textOf(given)
    if (text === undefined || text.length > MAX_TEXT) return undefined
    try {
      return str(decode(text))
    } catch {
      return undefined
    }
  }

const fromCodes: Call = (codes) => {
  const numbers = codes.map(numberOf)
  return numbers.every((n) => n !== undefined) ? str(numbers.map((n) => String.fromCharCode(n)).join('')) : undefined
}

const prototypeOf: Call = ([value]) => memberOf(value, str('__proto__'))

const ENCODINGS: Record<string, (text: string) => string> = {
  base64: atob,
  base64url: (text) => atob(text.replaceAll('-', '+').replaceAll('_', '/')),
  hex: (text) => text.replaceAll(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))),
  latin1: (text) => text,
  binary: (text) => text,
  utf8: (text) => text,
  ascii: (text) => text,
}

const CALLS: Record<string, Call> = {
  'String.fromCharCode': fromCodes,
  'String.fromCodePoint': fromCodes,
  atob: decoded(atob),
  btoa: decoded(btoa),
  unescape: decoded(unescape),
  escape: decoded(escape),
  decodeURIComponent: decoded(decodeURIComponent),
  decodeURI: decoded(decodeURI),
  encodeURIComponent: decoded(encodeURIComponent),
  String: ([value]) => {
    const text = textOf(value)
    return text === undefined ? undefined : str(text)
  },
  Number: ([value]) => {
    const n = numberOf(value)
    return n === undefined ? undefined : num(n)
  },
  parseInt: ([value, radix]) => {
    const [text, base] = [textOf(value), radix === undefined ? undefined : numberOf(radix)]
    return text === undefined || (radix !== undefined && base === undefined) ? undefined : num(Number.parseInt(text, base))
  },
  parseFloat: ([value]) => {
    const text = textOf(value)
    return text === undefined ? undefined : num(Number.parseFloat(text))
  },
  'Array.of': arr,
  'Array.from': ([value]) => (value?.k === 'arr' ? value : value?.k === 'str' ? arr(Array.from(value.s, str)) : undefined),
  'Math.floor': ([value]) => {
    const n = numberOf(value)
    return n === undefined ? undefined : num(Math.floor(n))
  },
  'JSON.parse': ([value]) => {
    const text = textOf(value)
    if (text === undefined || text.length > 10_000) return undefined
    try {
      return fromJson(JSON.parse(text))
    } catch {
      return undefined
    }
  },
  // The text is kept as it comes out; `toString` of it is the same.
  'Buffer.from': ([value, encoding]) => {
    if (value?.k === 'arr') return fromCodes(value.items)
    const decode = ENCODINGS[encoding === undefined ? 'utf8' : (textOf(encoding) ?? '')]
    return decode === undefined ? undefined : decoded(decode)([value])
  },
  'Object.getPrototypeOf': prototypeOf,
  'Reflect.getPrototypeOf': prototypeOf,
  'Reflect.get': ([object, key]) => memberOf(object, key),
  'Object.getOwnPropertyDescriptor': ([object, key]) => descriptor(memberOf(object, key)),
  'Reflect.getOwnPropertyDescriptor': ([object, key]) => descriptor(memberOf(object, key)),
  'Object.freeze': ([value]) => value,
  'Object.seal': ([value]) => value,
  'Object.create': ([value]) => value,
  Object: ([value]) => value,
  'Promise.resolve': ([value]) => value,
  'module.createRequire': () => global('require'),
  'process.getBuiltinModule': ([name]) => {
    const text = textOf(name)
    return text === undefined ? undefined : { k: 'module', name: text.replace(/^node:/, ''), path: '' }
  },
}

/** What a call of a global function comes to, `undefined` where that is not known. */
export function callGlobal(path: string, args: readonly Maybe[]): Maybe {
  if (Object.hasOwn(CALLS, path)) return CALLS[path]?.(args)
  return undefined
}

/** What a function made from this text gives back: `return process` and the like. */
export function callMade(text: string | undefined): Maybe {
  const returned = /^\s*(?:['"]use strict['"];?)?\s*return\s+([\w$.]+)\s*;?\s*$/.exec(text ?? '')?.[1]
  if (returned === undefined) return undefined
  let value: Maybe = global('')
  for (const name of returned.split('.')) if (name !== 'this') value = memberOf(value, str(name))
  return value
}

const descriptor = (value: Maybe): Maybe =>
  value === undefined
    ? undefined
    : {
        k: 'obj',
        props: new Map([
          ['value', value],
          ['get', value],
        ]),
      }

function fromJson(value: unknown, depth = 0): Maybe {
  if (typeof value === 'string') return str(value)
  if (typeof value === 'number') return num(value)
  if (value === null) return NULL
  if (depth > 3) return undefined
  if (Array.isArray(value)) return arr(value.slice(0, 1000).map((each) => fromJson(each, depth + 1)))
  if (typeof value === 'object') {
    return { k: 'obj', props: new Map(Object.entries(value).map(([key, each]) => [key, fromJson(each, depth + 1)])) }
  }
  return undefined
}
