import { ALLOWED_GLOBALS } from '@beddel/core/engine'

/** Names that programs assign to objects whose prototype has them too; a frozen prototype would refuse that. */
const ASSIGNED = ['constructor', 'name', 'message', 'toString', 'toLocaleString', 'valueOf', 'toJSON']

/**
 * Freezes the language's own objects in the realm in which the cells' host code runs, and takes the ways from a string
 * to code. The second line behind the cells: Node calls its own functions on a guest's stack (to format a stack trace),
 * and where the stack ends there, the guest gets an error of this realm. From that it finds nothing but frozen objects
 * of the language, and neither `Function` nor the global object.
 */
export function lockRealm(): void {
  for (const sample of [() => {}, async () => {}, function* () {}, async function* () {}]) {
    const refuse = (): never => {
      throw new TypeError('Code generation from strings is not allowed here')
    }
    const proto = Object.getPrototypeOf(sample) as object
    Object.defineProperty(proto, 'constructor', { value: refuse, writable: false, enumerable: false, configurable: false })
  }
  const found = new Set<object>()
  const visit = (value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || found.has(value)) return
    found.add(value)
    visit(Object.getPrototypeOf(value))
    for (const { value: held, get, set } of Object.values(Object.getOwnPropertyDescriptors(value))) {
      visit(held)
      visit(get)
      visit(set)
    }
    for (const symbol of Object.getOwnPropertySymbols(value)) visit(Object.getOwnPropertyDescriptor(value, symbol)?.value)
  }
  for (const intrinsic of roots()) visit(intrinsic)
  for (const object of found) {
    for (const name of ASSIGNED) keepAssignable(object, name)
    Object.freeze(object)
  }
}

/** The language's globals but the global object, and what only literals and iterators lead to. */
function roots(): unknown[] {
  const globals = ALLOWED_GLOBALS.filter((name) => name !== 'globalThis').map((name) => (globalThis as Record<string, unknown>)[name])
  const literals = [
    [][Symbol.iterator](),
    ''[Symbol.iterator](),
    new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](),
    'a'.matchAll(/a/g),
  ]
  const functions = [() => {}, async () => {}, function* () {}, async function* () {}]
  return [...globals, SharedArrayBuffer, Atomics, ...literals.map(Object.getPrototypeOf), ...functions.map(Object.getPrototypeOf)]
}

function keepAssignable(object: object, name: string): void {
  const found = Object.getOwnPropertyDescriptor(object, name)
  if (found?.configurable !== true || !('value' in found) || typeof object === 'function') return
  const value = found.value as unknown
  // Accessors as methods: a function expression would bring an object of its own along.
  const { get, set } = Object.getOwnPropertyDescriptor(
    {
      get it(): unknown {
        return value
      },
      set it(given: unknown) {
        if (this === object || typeof this !== 'object' || this === null) throw new TypeError(`${name} is read-only here`)
        Object.defineProperty(this, name, { value: given, writable: true, enumerable: true, configurable: true })
      },
    },
    'it',
  ) as PropertyDescriptor
  Object.freeze(get)
  Object.freeze(set)
  Object.defineProperty(object, name, { get, set, enumerable: found.enumerable ?? false, configurable: false })
}
