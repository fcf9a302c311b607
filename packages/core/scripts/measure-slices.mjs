// How long a host's event loop stands still at most while a costly result is read in slices, the collector's pauses among it:
// the shapes of the attacks serialisation/costly-*, as large as a guest may send them. After a build:
// node --single-threaded-gc packages/core/scripts/measure-slices.mjs
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { decodeInSlices } from '../dist/engine.js'

const list = (length, of) => Array.from({ length }, (_, i) => of(i)).join(',')
const shapes = {
  'one object of 150 000 keys': () => `1j{${list(150_000, (i) => `"k${i}":1`)}}`,
  '150 000 objects, none like another': () => `1j[${list(150_000, (i) => `{"k${i}":1}`)}]`,
  '499 999 empty arrays': () => `1j[${list(499_999, () => '[]')}]`,
}

for (const [name, make] of Object.entries(shapes)) {
  const text = make()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const began = performance.now()
  const decoded = await decodeInSlices(text, () => true)
  const tookMs = performance.now() - began
  delay.disable()
  if (!decoded?.ok) throw new Error(`${name} was not read`)
  console.log(`${name}: ${tookMs.toFixed(0)} ms, stood still for ${(delay.max / 1e6).toFixed(0)} ms at most`)
}
