// TypeScript: its types are stripped where the guest runs, and not checked.
interface Order {
  id: number
  email: string
  lines: { sku: string; count: number }[]
}
type Problem = readonly [path: string, what: string]

function* problemsOf(order: Order): Generator<Problem> {
  if (!/^[^@\s]+@[^@\s]+$/.test(order.email)) yield ['email', 'is no address']
  for (const [i, { sku, count }] of order.lines.entries()) {
    if (!/^[A-Z]{2}-\d{3}$/.test(sku)) yield [`lines[${i}].sku`, 'is not like AB-123']
    if (!Number.isInteger(count) || count < 1) yield [`lines[${i}].count`, 'must be a whole number from 1']
  }
}

const orders = input as Order[]
const checked = orders.map((order) => ({ id: order.id, problems: [...problemsOf(order)] }))
const good: number[] = checked.filter(({ problems }) => problems.length === 0).map(({ id }) => id)

export default { good, bad: checked.filter(({ problems }) => problems.length > 0) }
