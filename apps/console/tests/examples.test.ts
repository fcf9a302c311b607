import { afterAll, describe, expect, test } from 'vitest'
import { NodeEngines } from '../server/node-engines.ts'
import { EXAMPLES, type Example } from '../src/examples.ts'
import type { Line, RunOrder } from '../src/runner.ts'

/** What each comes to: a part of its value, or its code. */
const ENDINGS: Record<string, string> = {
  airports: '{ from: "BZZ", to: "FFD", km: 14 }',
  invoice: 'total: 19.9',
  orders: 'good: [1]',
  progress: '"done"',
  values: 'twice: [{ seen: "once" }, { seen: "once" }]',
  reach: '✗ ReferenceError: process is not defined',
  endless: 'BEDDEL_TIMEOUT',
  memory: 'BEDDEL_MEMORY_LIMIT',
  operations: 'BEDDEL_OPERATION_LIMIT',
  pattern: 'BEDDEL_TIMEOUT',
  never: 'BEDDEL_TIMEOUT',
  forged: 'BEDDEL_GUEST_THROWN',
  result: 'isAdmin: undefined',
  flood: '"said it all"',
  syntax: 'BEDDEL_GUEST_SYNTAX',
}

const orderOf = ({ code, language, input, limits }: Example, engine: string): RunOrder => ({
  code,
  language,
  limits,
  web: false,
  engine,
  ...(input !== '' && { input: JSON.parse(input) as unknown }),
})

test('every example has an ending here', () => {
  expect(EXAMPLES.map(({ id }) => id).toSorted()).toEqual(Object.keys(ENDINGS).toSorted())
})

describe.each(['isolated-vm', 'quickjs'])('%s', (engine) => {
  const engines = new NodeEngines(false)
  afterAll(() => engines.dispose())

  test.each(EXAMPLES.map((example) => [example.title, example] as const))('%s', async (_, example) => {
    const lines: Line[] = []
    const { result, error } = await engines.run(orderOf(example, engine), (line) => lines.push(line), new AbortController().signal)
    expect(error?.code ?? result).toContain(ENDINGS[example.id])
  })
})

test('nothing that the first hostile guest tries comes to anything', async () => {
  await using stack = new AsyncDisposableStack()
  const engines = stack.adopt(new NodeEngines(false), (one) => one.dispose())
  const reach = EXAMPLES.find(({ id }) => id === 'reach') as Example
  const { result } = await engines.run(orderOf(reach, 'isolated-vm'), () => {}, new AbortController().signal)
  const found = (result as string).split('\n').slice(1, -1)
  expect(found.filter((line) => !line.includes(': "✗ '))).toEqual([
    '  "stack of the host": "only the guest\'s frames: true",',
    '  "prototype of what came in": "only its own: true",',
  ])
})
