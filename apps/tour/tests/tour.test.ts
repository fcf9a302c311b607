import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { airportsJob } from '../src/airports.ts'
import { ENGINE_VARIANTS } from '../src/engine-variants.ts'
import { tour } from '../src/tour.ts'

const guests = [{ code: 'for (;;);', allowed: ['BEDDEL_TIMEOUT'], raw: '' }] as const
const variants = ENGINE_VARIANTS.filter(({ label }) => label === 'quickjs, process')

async function shortTour(parts: Parameters<typeof tour>[0]): Promise<{ exitCode: number; said: string }> {
  const lines: string[] = []
  const exitCode = await tour({ variants, guests, print: (line) => lines.push(line), ...parts })
  return { exitCode, said: lines.join('\n') }
}

test('a tour whose parts hold ends with 0', async () => {
  const { exitCode, said } = await shortTour({})
  expect(said).toContain('All of it held.')
  expect(exitCode).toBe(0)
})

test('a wrong answer ends it with 1, and is named', async () => {
  const job = airportsJob()
  const { exitCode, said } = await shortTour({ job: { ...job, code: job.code.replace('EARTH_KM = 6371', 'EARTH_KM = 6372') } })
  expect(exitCode).toBe(1)
  expect(said).toContain('Did not hold: quickjs, process gave another answer')
})

test('a guest that ends in another error ends it with 1, and is named', async () => {
  const { exitCode, said } = await shortTour({ guests: [{ code: 'null.x', allowed: ['BEDDEL_TIMEOUT'], raw: '' }] })
  expect(exitCode).toBe(1)
  expect(said).toContain('Did not hold: null.x: expected BEDDEL_TIMEOUT, not BEDDEL_GUEST_THROWN')
})

test('an engine that cannot run ends it with 1, and is named', async () => {
  const { exitCode, said } = await shortTour({ variants: [{ label: 'none', options: { engine: 'quickjs', wasm: true } }] })
  expect(exitCode).toBe(1)
  expect(said).toContain('Did not hold: none did not run it')
})

test('the whole tour ends with 0', async () => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--no-node-snapshot', '--disable-warning=ExperimentalWarning', main], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [said, complaint, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  expect(complaint).toBe('')
  expect(said).toContain('All of it held.')
  expect(exitCode).toBe(0)
}, 90_000)
