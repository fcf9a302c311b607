import { expect, test } from 'vitest'
import { bundlePage, gzipBytes } from '../src/bundle.ts'

/** In bytes of gzip. Raise one only with a reason in docs/decisions/0023-what-a-page-loads.md. */
const CODE_MAX = 37_550
const GUEST_MAX = 12_500

test('what a page loads for a run is bounded', async () => {
  const bundle = await bundlePage('size', { external: ['@beddel/executor-quickjs'] })
  const textOf = (names: string[]): string => names.map((name) => bundle.files.get(name)).join('')
  const named = (part: string): string[] => [...bundle.files.keys()].filter((name) => name.startsWith(part))
  // The adapter, the engine, and what they share: what is there before the first run.
  const code = gzipBytes(textOf(bundle.loadedWith('size.js')))
  // What the first run loads: the texts that run in its worker.
  const guest = gzipBytes(textOf([...named('guest-worker'), ...named('base')]))
  console.log(`adapter and engine: ${code} bytes of gzip; in the worker: ${guest}; together ${code + guest}`)
  expect(named('base')).toHaveLength(1)
  expect(code).toBeLessThan(CODE_MAX)
  expect(guest).toBeLessThan(GUEST_MAX)
  // Parsers are large, and loaded by the run that needs one.
  const eager = bundle.loadedWith('size.js')
  for (const part of ['tools-worker', 'typescript-worker', 'web', 'session', 'decode-in-slices']) {
    expect(named(part).length, part).toBe(1)
    expect(
      eager.some((name) => name.startsWith(part)),
      part,
    ).toBe(false)
  }
})
