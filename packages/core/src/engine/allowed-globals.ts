/**
 * The guest's globals, the same on every engine: the ECMAScript globals that Node 22, 24 and 26 and QuickJS-NG all
 * have, without what makes code from strings (`eval`, `Function`), without `WebAssembly`, and without shared memory
 * (`SharedArrayBuffer`, `Atomics`). `Intl` is a declared capability and present where the engine has it. The sandbox
 * adds `console`, `input`, the caller's globals and the host functions, and under `web: true` {@link WEB_GLOBALS}.
 */
export const ALLOWED_GLOBALS: readonly string[] = [
  'AggregateError',
  'Array',
  'ArrayBuffer',
  'BigInt',
  'BigInt64Array',
  'BigUint64Array',
  'Boolean',
  'DataView',
  'Date',
  'Error',
  'EvalError',
  'FinalizationRegistry',
  'Float32Array',
  'Float64Array',
  'Infinity',
  'Int16Array',
  'Int32Array',
  'Int8Array',
  'Intl',
  'Iterator',
  'JSON',
  'Map',
  'Math',
  'NaN',
  'Number',
  'Object',
  'Promise',
  'Proxy',
  'RangeError',
  'ReferenceError',
  'Reflect',
  'RegExp',
  'Set',
  'String',
  'Symbol',
  'SyntaxError',
  'TypeError',
  'URIError',
  'Uint16Array',
  'Uint32Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'WeakMap',
  'WeakRef',
  'WeakSet',
  'decodeURI',
  'decodeURIComponent',
  'encodeURI',
  'encodeURIComponent',
  'escape',
  'globalThis',
  'isFinite',
  'isNaN',
  'parseFloat',
  'parseInt',
  'undefined',
  'unescape',
]

/** What `web: true` adds. */
export const WEB_GLOBALS: readonly string[] = [
  'TextDecoder',
  'TextEncoder',
  'URL',
  'URLSearchParams',
  'atob',
  'btoa',
  'clearInterval',
  'clearTimeout',
  'crypto',
  'queueMicrotask',
  'setInterval',
  'setTimeout',
  'structuredClone',
]

/** Of an engine's global names those that a cell has to take away, for `RuntimeOptions.extraGlobals`. */
export function findExtraGlobals(names: readonly string[], { codegen, wasm }: { codegen: boolean; wasm: boolean }): string {
  const keep = new Set(ALLOWED_GLOBALS)
  if (codegen) keep.add('eval').add('Function')
  if (wasm) keep.add('WebAssembly')
  return names.filter((name) => !keep.has(name)).join(',')
}
