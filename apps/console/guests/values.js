// More than JSON crosses: also cycles, and one object that is in two places.
const shared = { seen: 'once' }
const value = {
  map: new Map([
    ['a', 1n],
    ['b', 2n ** 70n],
  ]),
  set: new Set([-0, NaN, Infinity, undefined]),
  date: new Date(Date.UTC(2024, 1, 29)),
  pattern: /(?<year>\d{4})/gu,
  bytes: new Uint8Array([1, 2, 255]),
  error: new RangeError('an error as a value', { cause: shared }),
  twice: [shared, shared],
}
value.itself = value
value
