import fc from 'fast-check'

/** Makes a value anew each time: what a run did to one is not seen by the next. */
type Build = () => unknown

const scalar: fc.Arbitrary<Build> = fc
  .oneof(
    fc.constantFrom(undefined, null, true, false, -0, 0, NaN, Infinity, -Infinity, '', '__proto__', 'constructor', 'toJSON', 'then'),
    fc.double(),
    fc.integer(),
    fc.string({ unit: 'binary' }),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
    fc.bigInt(),
    fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }),
  )
  .map((value) => () => value)

const bytes = fc.uint8Array({ maxLength: 40 })
const VIEWS = [Int8Array, Uint8ClampedArray, Int16Array, Float32Array, Float64Array, BigInt64Array, DataView]
const view = fc.tuple(bytes, fc.constantFrom(...VIEWS), fc.nat(3)).map(
  ([given, Kind, skip]): Build =>
    () => {
      const { buffer } = given.slice()
      const size = 'BYTES_PER_ELEMENT' in Kind ? Kind.BYTES_PER_ELEMENT : 1
      const offset = Math.min(Math.floor(buffer.byteLength / size), skip) * size
      return new (Kind as new (buffer: ArrayBuffer, offset: number, length: number) => object)(
        buffer,
        offset,
        Math.floor((buffer.byteLength - offset) / size),
      )
    },
)

const PATTERNS: [string, string][] = [
  ['a', 'g'],
  ['[\\]/]', 'u'],
  ['(?<x>a)\\k<x>', 'iv'],
  ['\\/', ''],
]
const leaf: fc.Arbitrary<Build> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  fc.date({ noInvalidDate: false }).map((date) => () => new Date(date)),
  fc.constantFrom(...PATTERNS).map(
    ([pattern, flags]) =>
      () =>
        new RegExp(pattern, flags),
  ),
  bytes.map((given) => () => given.slice()),
  bytes.map((given) => () => given.slice().buffer),
  view,
)

const key = fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom('__proto__', 'constructor', 'toJSON', 'then', '0', 'length'))
type Entries = [string, Build][]

function put(made: object, entries: Entries): object {
  for (const [name, build] of entries) {
    Object.defineProperty(made, name, { value: build(), writable: true, enumerable: true, configurable: true })
  }
  return made
}

const ERRORS = { Error, TypeError, RangeError, SyntaxError }
/** Keys that an error has anyway. */
const OF_ERRORS = ['name', 'message', 'stack', 'cause', 'errors']

const { tree } = fc.letrec<{ tree: Build }>((tie) => {
  const entries = fc.uniqueArray(fc.tuple(key, tie('tree')), { maxLength: 5, selector: ([name]) => name })
  const list = fc.array(tie('tree'), { maxLength: 6 })
  return {
    tree: fc.oneof(
      { maxDepth: 6, depthSize: 'small' },
      leaf,
      list.map((builds) => () => builds.map((build) => build())),
      fc.tuple(list, fc.array(fc.nat(8), { maxLength: 6 }), fc.nat(3)).map(([builds, gaps, end]) => () => {
        const sparse: unknown[] = []
        builds.forEach((build, i) => (sparse[sparse.length + (gaps[i] ?? 0)] = build()))
        sparse.length += end
        return sparse
      }),
      fc.tuple(entries, fc.boolean()).map(
        ([given, bare]) =>
          () =>
            put(Object.create(bare ? null : Object.prototype) as object, given),
      ),
      entries.map((given) => () => new Map(given.map(([name, build], i) => [i % 2 === 0 ? name : build(), build()]))),
      list.map((builds) => () => new Set(builds.map((build) => build()))),
      fc
        .tuple(fc.constantFrom(...(Object.keys(ERRORS) as (keyof typeof ERRORS)[])), fc.string(), fc.option(tie('tree')), entries)
        .map(([kind, message, cause, given]) => () => {
          const made = new ERRORS[kind](message, cause === null ? undefined : { cause: cause() })
          return put(
            made,
            given.filter(([name]) => !OF_ERRORS.includes(name)),
          )
        }),
    ),
  }
})

/** Ties objects of a value to others of it: shared references and cycles. */
function tied(value: unknown, links: readonly [number, number][]): unknown {
  const holders: (unknown[] | Record<string, unknown>)[] = []
  const seen = new Set<object>()
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null || seen.has(part) || ArrayBuffer.isView(part) || part instanceof ArrayBuffer) return
    seen.add(part)
    if (Array.isArray(part) || [Object.prototype, null].includes(Object.getPrototypeOf(part) as never)) holders.push(part as never)
    if (part instanceof Map) for (const pair of part) pair.forEach(visit)
    if (part instanceof Set) part.forEach(visit)
    for (const found of Object.values(Object.getOwnPropertyDescriptors(part))) if ('value' in found) visit(found.value)
  }
  visit(value)
  for (const [from, to] of links) {
    const holder = holders[from % (holders.length || 1)]
    if (Array.isArray(holder)) holder.push(holders[to % holders.length])
    else if (holder !== undefined) holder[`tie${to}`] = holders[to % holders.length]
  }
  return value
}

/** Makers of values that cross: all kinds, hostile keys, holes, shared references and cycles. */
export const crossing: fc.Arbitrary<Build> = fc.tuple(tree, fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 3 })).map(
  ([build, links]) =>
    () =>
      tied(build(), links),
)
