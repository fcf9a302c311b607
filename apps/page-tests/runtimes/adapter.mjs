// What the adapter does under another runtime than Node. Prints JSON.
import { detectEnvironment, SandboxAdapter } from '@beddel/sandbox-adapter'

const { runtime } = detectEnvironment()
// Deno has no children of Node's kind: there a cell lives in the process that asks for it.
const options = runtime === 'deno' ? { engine: 'quickjs', placement: 'in-process', acceptHostRisk: true } : {}
const sandbox = new SandboxAdapter({ ...options, timeoutMs: 5_000 })
const value = await sandbox.run('const doubled = input.map((n) => n * 2); return [await add(1, 2), doubled, typeof process]', {
  input: [1, 2],
  hostFunctions: { add: (a, b) => a + b },
})
const looped = await sandbox.tryRun('for (;;);', { timeoutMs: 500 })
const hungry = await sandbox.tryRun('const a = []; for (;;) a.push({})', { limits: { memoryBytes: 4 * 1024 * 1024 } })
const engine = sandbox.getEngine()
await sandbox.dispose()
console.log(JSON.stringify({ runtime, engine, value, looped: looped.error?.code, hungry: hungry.error?.code }))
process.exit(0)
