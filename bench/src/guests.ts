/** What every contender runs, so that all run the same. */
export const TINY = '2 + 2'
export const TINY_RESULT = 4

/** A session's function: small JSON in and out. */
export const SMALL_FUNCTION =
  'function total(order) { return { id: order.id, sum: order.lines.reduce((sum, line) => sum + line.price * line.count, 0) } }'
export const SMALL_INPUT = {
  id: 'o-17',
  customer: 'Ada',
  lines: [
    { price: 12.5, count: 2 },
    { price: 3, count: 5 },
  ],
}
export const SMALL_SUM = 40

/** As people write for vm2: variables and functions of its own, over an object of the host, and an object as the result. */
export const ORDER_SCRIPT = `
function discount(line) {
  return line.count > 100 ? 0.9 : 1
}
var sum = 0
for (var i = 0; i < order.lines.length; i++) {
  var line = order.lines[i]
  sum += line.price * line.count * discount(line)
}
;({ id: order.id, customer: order.customer, sum: Math.round(sum * 100) / 100 })
`

export const ECHO_FUNCTION = 'function echo(value) { return value }'
/** A list of records, about one megabyte as JSON. */
export const BIG_INPUT = Array.from({ length: 9_000 }, (_, i) => ({
  id: i,
  name: `record number ${i}`,
  tags: ['alpha', 'beta', `t${i % 97}`],
  price: i * 1.25,
  open: i % 3 === 0,
  note: i % 5 === 0 ? null : 'x'.repeat(i % 23),
}))

/** The result of a run that must have succeeded. */
export function resultOf<T>(outcome: { success: boolean; result?: T; error?: Error | undefined } | undefined): T {
  if (outcome?.success !== true) throw outcome?.error ?? new Error('There is no result')
  return outcome.result as T
}

/** A wrong answer must not be counted as a fast one. */
export function check(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`A wrong answer: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`)
}
