// TypeScript: its types are stripped where the guest runs, and not checked.
interface Order {
  id: number
  email: string
  lines: { sku: string; count: number }[]
}
type Problem = readonly [path: string, what: string]

const SKU = /^[A-Z]{2}-\d{3}$/

function* problemsOf(order: Order): Generator<Problem> {
  if (!/^[^@\s]+@[^@\s]+$/.test(order.email)) yield ['email', 'is no address']
  for (const [i, { sku, count }] of order.lines.entries()) {
    if (!SKU.test(sku)) yield [`lines[${i}].sku`, 'is not like AB-123']
    if (!Number.isInteger(count) || count < 1) {
      yield [`lines[${i}].count`, 'must be a whole number from 1']
    }
  }
}

const good: number[] = []
const bad: { id: number; problems: Problem[] }[] = []
for (const order of input as Order[]) {
  const problems = [...problemsOf(order)]
  if (problems.length === 0) good.push(order.id)
  else bad.push({ id: order.id, problems })
}

export default { good, bad }
