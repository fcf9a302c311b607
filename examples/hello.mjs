import { SandboxAdapter } from '@beddel/sandbox-adapter'

// What somebody else wrote. It can call `prices.of`, and reach nothing else of this process.
const code = `
  let total = 0
  for (const { name, count } of input) total += count * (await prices.of(name))
  console.log('priced', input.length, 'items')
  return { total }
`
const prices = new Map([
  ['apple', 3],
  ['pear', 4],
])

const sandbox = new SandboxAdapter({ timeoutMs: 1_000, memoryLimit: 32 })
await sandbox.ready()
const outcome = await sandbox.tryRun(code, {
  input: [
    { name: 'apple', count: 2 },
    { name: 'pear', count: 1 },
  ],
  hostFunctions: { prices: { of: async (name) => prices.get(name) } },
})
if (outcome.success) console.log(outcome.result, 'on', outcome.engine, '| its console:', outcome.logs[0]?.text)
else console.log(outcome.error.code, outcome.error.message)

const { error } = await sandbox.tryRun('for (;;);')
console.log('an endless loop ends in', error?.code)
await sandbox.dispose()
