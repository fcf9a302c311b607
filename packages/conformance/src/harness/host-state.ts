/**
 * What a guest could change in the host's own realm: its intrinsics and its global object. Guests of the leaky
 * control do change them, so everything here works with what was captured at import, and without iterators.
 */
const { ownKeys, getOwnPropertyDescriptor, defineProperty, deleteProperty, getPrototypeOf, setPrototypeOf } = Reflect
const { is } = Object
const describe = String
const toNumber = Number

const CANARY = '__beddel_canary'
const host = globalThis as unknown as Record<PropertyKey, unknown>

type Table = { name: string; object: object; proto: object | null; keys: PropertyKey[]; descriptors: PropertyDescriptor[] }

function table(name: string, object: object): Table {
  const keys = ownKeys(object)
  const descriptors: PropertyDescriptor[] = []
  for (let i = 0; i < keys.length; i++) {
    const found = getOwnPropertyDescriptor(object, keys[i] as PropertyKey) as PropertyDescriptor
    defineProperty(descriptors, i, { value: found, writable: true, enumerable: true, configurable: true })
  }
  return { name, object, proto: getPrototypeOf(object), keys, descriptors }
}

const NAMES = ['Object', 'Function', 'Array', 'Promise', 'String', 'Number', 'Boolean', 'BigInt', 'Symbol', 'Error', 'RangeError']
const MORE = ['TypeError', 'SyntaxError', 'Map', 'Set', 'WeakMap', 'Date', 'RegExp', 'ArrayBuffer', 'Uint8Array', 'URL']

export interface Changes {
  intrinsics: string[]
  globals: string[]
}

export interface Snapshot {
  /** Names what is different from when the snapshot was taken, and puts it back. */
  restore(): Changes
}

/** `given` are globals that a provider may set for its guests: only the leaky control sets them here. */
export function snapshot(given: readonly string[], watched: readonly { name: string; object: object }[]): Snapshot {
  const tables: Table[] = []
  for (const name of [...NAMES, ...MORE]) {
    const ctor = host[name] as { prototype: object }
    tables.push(table(name, ctor), table(`${name}.prototype`, ctor.prototype))
  }
  tables.push(table('JSON', JSON), table('Math', Math), table('Reflect', Reflect))
  tables.push(table('AsyncFunction.prototype', getPrototypeOf(async () => {}) as object))
  tables.push(table('console', console))
  for (const { name, object } of watched) tables.push(table(name, object))
  const global = table('globalThis', globalThis)
  host[CANARY] = 'untouched'
  return {
    restore: () => {
      const changes: Changes = { intrinsics: [], globals: [] }
      for (let i = 0; i < tables.length; i++) putBack(tables[i] as Table, changes.intrinsics, [])
      if (host[CANARY] !== 'untouched') note(changes.globals, `globalThis.${CANARY} was changed`)
      deleteProperty(host, CANARY)
      putBack(global, changes.globals, given)
      return changes
    },
  }
}

function putBack({ name, object, proto, keys, descriptors }: Table, changes: string[], given: readonly PropertyKey[]): void {
  if (getPrototypeOf(object) !== proto) {
    note(changes, `the prototype of ${name} was changed`)
    setPrototypeOf(object, proto)
  }
  const now = ownKeys(object)
  for (let i = 0; i < now.length; i++) {
    const key = now[i] as PropertyKey
    // A page numbers its frames on its global object, and an engine may have made one.
    if (holds(keys, key) || (object === globalThis && isIndex(key))) continue
    if (!holds(given, key)) note(changes, `${name} got ${describe(key)}`)
    deleteProperty(object, key)
  }
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as PropertyKey
    if (object === globalThis && isIndex(key)) continue
    const before = descriptors[i] as PropertyDescriptor
    const after = getOwnPropertyDescriptor(object, key)
    // Node replaces its lazy globals by their values when they are first asked for.
    if (after !== undefined && 'get' in before && before.get !== undefined && !('get' in after)) continue
    if (after !== undefined && is(after.value, before.value) && after.get === before.get && after.set === before.set) continue
    if (!holds(given, key)) note(changes, `${name}.${describe(key)} was ${after === undefined ? 'removed' : 'changed'}`)
    defineProperty(object, key, before)
  }
}

function isIndex(key: PropertyKey): boolean {
  return typeof key === 'string' && is(describe(toNumber(key)), key)
}

function holds(keys: readonly PropertyKey[], key: PropertyKey): boolean {
  for (let i = 0; i < keys.length; i++) if (keys[i] === key) return true
  return false
}

function note(changes: string[], text: string): void {
  defineProperty(changes, changes.length, { value: text, writable: true, enumerable: true, configurable: true })
}
