// What the adapter costs: node packages/sandbox-adapter/scripts/measure.mjs, after a build. Medians of 15, in turns.
import { spawnSync } from 'node:child_process'
import { getExecutorCapabilities, SandboxAdapter } from '../dist/index.js'

const adapter = JSON.stringify(new URL('../dist/index.js', import.meta.url).href)
const scripts = {
  'empty Node': '0',
  'import of the adapter': `await import(${adapter})`,
  'process start to first result': `const { SandboxAdapter } = await import(${adapter}); await new SandboxAdapter().run('1 + 1')`,
  'the same with runSync': `const { SandboxAdapter } = await import(${adapter}); new SandboxAdapter().runSync('1 + 1')`,
}
const times = Object.fromEntries(Object.keys(scripts).map((name) => [name, []]))
for (let i = 0; i < 15; i++) {
  for (const [name, code] of Object.entries(scripts)) {
    const startedAt = performance.now()
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', `${code}; process.exit(0)`], {
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(stderr)
    times[name].push(performance.now() - startedAt)
  }
}
const median = (all) => all.toSorted((a, b) => a - b)[all.length >> 1]
const empty = median(times['empty Node'])
for (const [name, all] of Object.entries(times)) {
  const ms = median(all)
  console.log(`${name.padEnd(34)} ${ms.toFixed(1).padStart(7)} ms  (+${(ms - empty).toFixed(1)})`)
}

// An engine that answers at once, so that what is left is the adapter.
const capabilities = await getExecutorCapabilities('quickjs')
const canary = { success: true, result: { sum: 12, host: 'undefined', big: 2n ** 64n } }
const outcome = { success: true, result: 1 }
const engine = {
  type: 'instant',
  capabilities,
  run: async (source) => (source === '1' ? outcome : canary),
  ready: async () => {},
  getStats: () => ({ executionCount: 0, averageDuration: 0, byError: {} }),
  dispose: async () => {},
}
const provider = {
  spec: 'beddel.executor/v1',
  id: 'instant',
  placements: ['process'],
  capabilities: () => capabilities,
  probe: async () => ({ engine: 'instant', usable: true, durationMs: 0 }),
  create: async () => engine,
}
const sandbox = new SandboxAdapter({ engine: provider })
await sandbox.ready()
const request = { input: 1, tenant: 'a', timeout: 100 }
const calls = {
  'the engine itself': () => engine.run('1'),
  'adapter.run': () => sandbox.run('1'),
  'adapter.run with a flat timeout': () => sandbox.run('1', request),
}
const rounds = Object.fromEntries(Object.keys(calls).map((name) => [name, []]))
for (let i = 0; i < 15; i++) {
  for (const [name, call] of Object.entries(calls)) {
    const startedAt = performance.now()
    for (let n = 0; n < 20_000; n++) await call()
    rounds[name].push(((performance.now() - startedAt) / 20_000) * 1_000)
  }
}
for (const [name, all] of Object.entries(rounds)) console.log(`${name.padEnd(34)} ${median(all).toFixed(2).padStart(7)} µs`)
