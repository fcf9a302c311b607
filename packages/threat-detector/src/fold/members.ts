import { CTOR, choose, global, isReach, MAKER, type Maybe, num, str, textOf, UNDEF, type Value } from './values.js'

/** Names under which the global object knows itself. */
const ALIASES = new Set(['globalThis', 'window', 'self', 'global'])

/** Methods that every array, string, function or object has: what is called so is a function. */
const METHODS = new Set(
  `at concat copyWithin entries every fill filter find findIndex findLast findLastIndex flat flatMap forEach includes indexOf join keys
  lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice toLocaleString toReversed toSorted toSpliced toString
  unshift values with charAt charCodeAt codePointAt endsWith localeCompare match matchAll normalize padEnd padStart repeat replace
  replaceAll search split startsWith substr substring toLowerCase toUpperCase trim trimEnd trimStart valueOf hasOwnProperty isPrototypeOf
  propertyIsEnumerable big blink bold fontcolor fontsize italics link small strike sub sup toFixed toPrecision call apply bind exec test`.split(
    /\s+/,
  ),
)

/** Global objects that are no functions, and functions that begin with a small letter. */
const OBJECTS = new Set(['Math', 'JSON', 'Reflect', 'Atomics', 'Intl', 'WebAssembly'])
const FUNCTIONS = new Set(
  `eval parseInt parseFloat isNaN isFinite encodeURI encodeURIComponent decodeURI decodeURIComponent escape unescape setTimeout setInterval
  setImmediate clearTimeout clearInterval queueMicrotask structuredClone atob btoa fetch require alert`.split(/\s+/),
)
const HOLDERS = new Set([
  ...OBJECTS,
  'Object',
  'Array',
  'String',
  'Number',
  'Promise',
  'Symbol',
  'Date',
  'console',
  'Buffer',
  'ArrayBuffer',
])

const DATA_OF = { str: 'String', num: 'Number', bool: 'Boolean', arr: 'Array', obj: 'Object', regexp: 'RegExp' } as const

const MAX_PATH = 200

/** What a global's name leads to. */
export const globalNamed = (name: string): Maybe => (ALIASES.has(name) ? global('') : name.length > MAX_PATH ? undefined : global(name))

/** `value[key]`. */
export function memberOf(value: Maybe, key: Maybe): Maybe {
  if (key?.k === 'choice') return choose(key.of.map((each) => memberOf(value, each)))
  const name = isReach(key) ? undefined : textOf(key)
  if (name === undefined) return undefined
  if (value === undefined) return ofUnknown(name)
  switch (value.k) {
    case 'choice':
      return choose(value.of.map((each) => memberOf(each, key)))
    case 'global':
      return ofGlobal(value.path, name)
    case 'module':
      return name === 'constructor' ? CTOR : ofModule(value.name, value.path, name)
    case 'maker':
      return name === 'prototype' ? global('Function.prototype') : ofFunction(name, value)
    case 'fn':
    case 'native':
    case 'made':
      return name === 'name' && value.k === 'native' ? str(value.name) : ofFunction(name, value)
    case 'ctor':
      return name === 'constructor' ? MAKER : name === 'prototype' ? { k: 'proto', of: '?' } : undefined
    case 'proto':
      return name === 'constructor' ? (value.of === 'Function' ? MAKER : CTOR) : undefined
    case 'null':
    case 'undef':
      return undefined
    default:
      return ofData(value, name)
  }
}

function ofUnknown(name: string): Maybe {
  if (name === 'constructor') return CTOR
  if (name === '__proto__') return { k: 'proto', of: '?' }
  return METHODS.has(name) ? { k: 'native', name, self: undefined } : undefined
}

function ofModule(module: string, path: string, name: string): Maybe {
  if (path.length + name.length > MAX_PATH) return undefined
  return { k: 'module', name: module, path: path === '' ? name : `${path}.${name}` }
}

function ofFunction(name: string, self: Value): Maybe {
  if (name === 'constructor') return MAKER
  if (name === '__proto__') return global('Function.prototype')
  return METHODS.has(name) ? { k: 'native', name, self } : undefined
}

function ofData(value: Extract<Value, { k: keyof typeof DATA_OF }>, name: string): Maybe {
  if (value.k === 'obj' && value.props.has(name)) return value.props.get(name)
  if (value.k === 'arr' || value.k === 'str') {
    const length = value.k === 'arr' ? value.items.length : value.s.length
    if (name === 'length') return num(length)
    if (/^\d{1,9}$/.test(name)) {
      const index = Number(name)
      if (index >= length) return UNDEF
      return value.k === 'arr' ? value.items[index] : str(value.s[index] as string)
    }
  }
  if (name === 'constructor') return global(DATA_OF[value.k])
  if (name === '__proto__') return { k: 'proto', of: DATA_OF[value.k] }
  if (METHODS.has(name)) return { k: 'native', name, self: value }
  // What an object literal does not have, somebody may have put there.
  return value.k === 'obj' || value.k === 'regexp' ? undefined : UNDEF
}

function ofGlobal(path: string, name: string): Maybe {
  if (path === '') return name === 'constructor' ? CTOR : name === '__proto__' ? { k: 'proto', of: 'Object' } : globalNamed(name)
  if (name === 'constructor') {
    // The class of modules, whose functions load others.
    if (path === 'module') return global('module.constructor')
    if (path === 'Function.prototype' || isFunctionPath(path)) return MAKER
    return /^[A-Z]\w*\.prototype$/.test(path) ? global(path.slice(0, -'.prototype'.length)) : CTOR
  }
  if (name === '__proto__') return isFunctionPath(path) ? global('Function.prototype') : { k: 'proto', of: '?' }
  if (name === 'name' && /^[A-Z]\w*$/.test(path)) return str(path)
  if (path === 'Number' && name === 'MAX_SAFE_INTEGER') return num(Number.MAX_SAFE_INTEGER)
  if (path === 'document' && name === 'defaultView') return global('')
  // No rule is about longer paths, and a text could be one long path.
  return path.length + name.length > MAX_PATH ? undefined : global(`${path}.${name}`)
}

/** Whether a global path is known to be a function. */
export function isFunctionPath(path: string): boolean {
  if (path === 'module.constructor') return true
  const dot = path.lastIndexOf('.')
  if (dot === -1) return FUNCTIONS.has(path) || (/^[A-Z]/.test(path) && !OBJECTS.has(path))
  const holder = path.slice(0, dot)
  return HOLDERS.has(holder) || (/^[A-Z]\w*\.prototype$/.test(holder) && METHODS.has(path.slice(dot + 1)))
}
