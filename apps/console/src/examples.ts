import type { Language } from '@beddel/core'
import type { StatedLimits } from './runner.ts'

const texts = import.meta.glob<string>('../guests/*', { query: '?raw', import: 'default', eager: true })

function guest(file: string): string {
  const text = texts[`../guests/${file}`]
  if (text === undefined) throw new Error(`There is no guest ${file}`)
  return text
}

export interface Example {
  id: string
  title: string
  group: 'Work' | 'Hostile'
  code: string
  language: Language
  /** JSON; empty: no input. */
  input: string
  limits: StatedLimits
}

const MiB = 1024 * 1024

type Rest = Partial<Pick<Example, 'input' | 'limits'>>
const example = (group: Example['group'], title: string, file: string, { input = '', limits = {} }: Rest = {}): Example => {
  const [id, extension] = file.split('.') as [string, string]
  return { id, title, group, code: guest(file), language: extension === 'ts' ? 'ts' : 'js', input, limits }
}

const INVOICE = `{
  "customer": "Ada",
  "items": [
    { "name": "coffee", "count": 2 },
    { "name": "milk", "count": 6 }
  ]
}
`
const ORDERS = `[
  { "id": 1, "email": "ada@example.com", "lines": [{ "sku": "AB-123", "count": 2 }] },
  { "id": 2, "email": "nobody", "lines": [{ "sku": "ab123", "count": 1 }] },
  { "id": 3, "email": "eve@example.com", "lines": [{ "sku": "CD-456", "count": 0.5 }] }
]
`

export const EXAMPLES: readonly Example[] = [
  example('Work', 'Transform a data set', 'airports.js', { input: guest('airports.json') }),
  example('Work', 'Call host functions', 'invoice.js', { input: INVOICE }),
  example('Work', 'TypeScript', 'orders.ts', { input: ORDERS }),
  example('Work', 'Stream a console', 'progress.js'),
  example('Work', 'Values that cross', 'values.js'),
  example('Hostile', 'Reach the host', 'reach.js', { input: '{ "rows": [1, 2, 3] }\n' }),
  example('Hostile', 'Never stop', 'endless.js', { limits: { timeoutMs: 1_000 } }),
  example('Hostile', 'Eat memory', 'memory.js', { limits: { memoryBytes: 32 * MiB } }),
  example('Hostile', 'Spend operations', 'operations.js', { limits: { operations: 1_000_000 } }),
  example('Hostile', 'Stall in a regular expression', 'pattern.js', { limits: { timeoutMs: 1_000 } }),
  example('Hostile', 'Never settle', 'never.js'),
  example('Hostile', 'Forge a timeout', 'forged.js'),
  example('Hostile', 'Trap the result', 'result.js'),
  example('Hostile', 'Flood the console', 'flood.js', { limits: { logBytes: 64 * 1024 } }),
  example('Hostile', 'Break the syntax', 'syntax.js', { input: '[{ "price": 3 }]\n' }),
]

/** The first thing that a reader sees. */
export const FIRST = EXAMPLES[0] as Example
