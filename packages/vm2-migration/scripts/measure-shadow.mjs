// What a shadow costs the caller of vm2: the same runs with and without one, side by side, in turns. Needs a build.
import { disposeEngines, flushShadows, VM } from '../dist/index.js'

process.env.BEDDEL_SUPPRESS_VM2_WARNING = '1'
const ROUNDS = 40
const RUNS = 25
const SOURCES = {
  'a number': '1 + 1',
  'an object of 20 properties': '({ ...Array.from({ length: 20 }, (_, i) => i) })',
  'ten calls of a host function': 'for (let i = 0; i < 10; i++) f(i); 0',
}
const options = { config: false, recordings: false, sandbox: { f: (n) => n } }
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]

for (const [name, source] of Object.entries(SOURCES)) {
  const without = new VM({ ...options, shadow: false })
  const shadowed = new VM({ ...options, shadow: 'isolated-vm' })
  const times = { without: [], shadowed: [] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [kind, vm] of Object.entries({ without, shadowed })) {
      const started = performance.now()
      for (let i = 0; i < RUNS; i++) vm.run(source)
      times[kind].push((performance.now() - started) / RUNS)
    }
    // The thread has its turn, so that nothing is skipped for want of room.
    if (!(await flushShadows())) throw new Error('The shadows did not keep up')
  }
  const [a, b] = [median(times.without), median(times.shadowed)]
  console.log(`${name}: ${(a * 1_000).toFixed(0)} µs, with a shadow ${(b * 1_000).toFixed(0)} µs (${((b - a) * 1_000).toFixed(0)} more)`)
}
await disposeEngines()
