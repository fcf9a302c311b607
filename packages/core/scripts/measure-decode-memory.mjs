// What a large plain result weighs while and after the host reads it in slices, beside `JSON.parse` of the same text. Each
// figure is from a process of its own. After a build: node packages/core/scripts/measure-decode-memory.mjs
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const shapes = {
  '900,000 arrays of one number': () => `[${'[1],'.repeat(899_999)}[1]]`,
  '300,000 arrays of undefined, tagged': () =>
    `1t[["a",${Array.from({ length: 300_000 }, (_, i) => `[${i + 1}]`).join()}]${',["a",["u"]]'.repeat(300_000)}]`.replace('[[', '[[0],['),
  '400,000 empty arrays': () => `[${'[],'.repeat(399_999)}[]]`,
  '400,000 objects of one key': () => `[${'{"a":1},'.repeat(399_999)}{"a":1}]`,
  '100,000 rows': () => `[${Array.from({ length: 100_000 }, (_, id) => JSON.stringify({ id, name: `n${id}`, tags: ['a', 'b'] })).join()}]`,
}

const MiB = 1024 * 1024
const [how, name] = process.argv.slice(2)
if (how === undefined) {
  const measured = (...args) => {
    const out = execFileSync(process.execPath, ['--expose-gc', fileURLToPath(import.meta.url), ...args], { encoding: 'utf8' })
    return JSON.parse(out)
  }
  for (const shape of Object.keys(shapes)) {
    const [parse, slices] = [measured('parse', shape), measured('slices', shape)]
    console.log(`${shape}: kept ${slices.kept} MiB (JSON.parse ${parse.kept}), resident at its peak +${slices.peak} (${parse.peak})`)
  }
} else {
  const { decodeInSlices } = await import('../dist/engine.js')
  const text = shapes[name]()
  // Flat, as it comes off a pipe.
  Buffer.from(text)
  globalThis.gc()
  const before = process.memoryUsage()
  const tagged = text.startsWith('1t')
  const value =
    how === 'parse' ? JSON.parse(tagged ? text.slice(2) : text) : (await decodeInSlices(tagged ? text : `1j${text}`, () => true)).value
  const peak = process.resourceUsage().maxRSS * 1024
  globalThis.gc()
  const kept = process.memoryUsage().heapUsed - before.heapUsed
  console.log(JSON.stringify({ kept: Math.round(kept / MiB), peak: Math.round((peak - before.rss) / MiB), length: value.length }))
}
