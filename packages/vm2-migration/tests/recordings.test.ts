import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { disposeEngines, flushShadows, type Recording, VM } from '@beddel/vm2-migration'
import { RecordingFolder } from '../src/recordings.ts'

process.env.BEDDEL_SUPPRESS_VM2_WARNING = '1'
const folder = mkdtempSync(join(tmpdir(), 'beddel-recordings-'))
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await disposeEngines()
})

const line = (site: string): Recording => ({
  v: 1,
  at: 1,
  site,
  call: 'run',
  mode: 'shadow',
  first: { engine: 'vm2', ms: 1, ok: true, type: 'number' },
  differences: [],
})
const linesIn = (path: string): Recording[] =>
  readdirSync(path).flatMap((name) =>
    readFileSync(join(path, name), 'utf8')
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as Recording),
  )

test('a VM that is shadowed leaves lines in the folder', async () => {
  const path = join(folder, 'of-a-vm')
  const shadow = { engine: 'quickjs', placement: 'in-process', limits: { timeoutMs: 30_000 } } as const
  const vm = new VM({ config: false, recordings: path, trust: 'trusted', shadow, name: 'a:b' })
  vm.run('1 + 1')
  vm.run('({ secret: 5 })')
  expect(await flushShadows()).toBe(true)
  expect(linesIn(path).map(({ site, second }) => [site, second?.ok])).toEqual([
    ['a:b', true],
    ['a:b', true],
  ])
  expect(readdirSync(path)).toEqual([expect.stringMatching(/\.jsonl$/)])
})

test('files are bounded in size and number, the oldest go first', async () => {
  const path = join(folder, 'bounded')
  const writer = new RecordingFolder(path, 2_000, 3)
  for (let i = 0; i < 100; i++) {
    writer.add(line(`site-${i}`))
    await writer.flush()
  }
  const names = readdirSync(path)
  expect(names).toHaveLength(3)
  for (const name of names) expect(statSync(join(path, name)).size).toBeLessThan(2_300)
  expect(linesIn(path).at(-1)?.site).toBe('site-99')
})

test('a folder that cannot be written is one warning, and no error', async () => {
  const warnings: Error[] = []
  const add = (warning: Error): unknown => warnings.push(warning)
  process.on('warning', add)
  const path = join(folder, 'a-file')
  writeFileSync(path, '')
  chmodSync(path, 0o400)
  const writer = new RecordingFolder(path, 2_000, 3)
  for (let i = 0; i < 3; i++) {
    writer.add(line('a'))
    await writer.flush()
  }
  writer.add(line('a'))
  writer.flushNow()
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', add)
  expect(warnings).toMatchObject([{ code: 'BEDDEL_VM2_RECORDINGS' }])
})

test('what the disk does not take in time is dropped and counted', async () => {
  const writer = new RecordingFolder(join(folder, 'slow'), 2_000, 3)
  const large = line('x'.repeat(1_000_000))
  // Nothing is written before this turn is over.
  for (let i = 0; i < 10; i++) writer.add(large)
  expect(writer.dropped).toBe(6)
  await writer.flush()
  expect(linesIn(join(folder, 'slow'))).toHaveLength(4)
})
