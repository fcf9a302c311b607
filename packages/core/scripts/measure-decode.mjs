// How long a host's thread stands still while it reads a guest's result: the shapes that cost most, each as large as
// the default `resultBytes` lets through. After a build: node packages/core/scripts/measure-decode.mjs
import { decode } from '../dist/engine.js'
import { DEFAULT_LIMITS } from '../dist/index.js'

const SIZE = DEFAULT_LIMITS.resultBytes

/** As many of `part` as fit; `wrap` puts the ends on. */
function fill(part, wrap) {
  const parts = []
  for (let i = 0, length = 100; length < SIZE; i++) {
    const text = part(i)
    length += text.length + 1
    parts.push(text)
  }
  return wrap(parts)
}
/** A tagged array of `node`s. */
function nodes(node) {
  const text = fill(
    (i) => `[${i + 1}],${node(i)}`,
    (parts) => parts,
  )
  return `1t[[0],["a"${text.map((_, i) => `,[${i + 1}]`).join('')}],${text.map((_, i) => node(i)).join(',')}]`
}

const shapes = {
  'rows of an ordinary table': () =>
    fill(
      (id) => JSON.stringify({ id, name: `name ${id}`, tags: ['a', 'b'], on: true }),
      (rows) => `1j[${rows}]`,
    ),
  'one long string': () => `1j"${'x'.repeat(SIZE - 4)}"`,
  'empty arrays': () =>
    fill(
      () => '[]',
      (parts) => `1j[${parts}]`,
    ),
  'one object, keys all different': () =>
    fill(
      (i) => `"k${i}":1`,
      (parts) => `1j{${parts}}`,
    ),
  'minus zeros': () =>
    fill(
      () => '["z"]',
      (parts) => `1t[[0],["a",${parts}]]`,
    ),
  maps: () => nodes(() => '["m"]'),
  'regular expressions': () => nodes((i) => `["r","${i}",""]`),
  errors: () => nodes(() => '["e","E","","",null,null]'),
}

for (const [name, make] of Object.entries(shapes)) {
  const text = make()
  if (text.length > SIZE || !decode(text).ok) throw new Error(`${name}: ${text.length} characters, or unreadable`)
  const times = Array.from({ length: 5 }, () => {
    const startedAt = performance.now()
    decode(text)
    return performance.now() - startedAt
  }).toSorted((a, b) => a - b)
  console.log(`${name.padEnd(32)} ${times[2].toFixed(0).padStart(5)} ms`)
}
