/** The language's own objects that guests have too: whoever gives one to a guest means the guest's. */
const NAMES = [
  'Object',
  'Function',
  'Array',
  'Number',
  'Boolean',
  'String',
  'Symbol',
  'BigInt',
  'Date',
  'Promise',
  'RegExp',
  'Error',
  'AggregateError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'ArrayBuffer',
  'DataView',
  'Map',
  'Set',
  'WeakMap',
  'WeakSet',
  'Proxy',
  'Reflect',
  'JSON',
  'Math',
  'Buffer',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'parseInt',
  'parseFloat',
  'isNaN',
  'isFinite',
  'encodeURI',
  'encodeURIComponent',
  'decodeURI',
  'decodeURIComponent',
  'escape',
  'unescape',
  'eval',
] as const

let names: WeakMap<object, string> | undefined

/** The name of one of them, as this process had it when it was first asked. */
export function intrinsicName(value: object): string | undefined {
  if (names === undefined) {
    names = new WeakMap()
    for (const name of NAMES) names.set((globalThis as unknown as Record<string, object>)[name] as object, name)
  }
  return names.get(value)
}
