import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import { AuditLog, type AuditStore, generateAuditKey } from '../dist/index.js'

/** Rounds of two writers each that are killed. `BEDDEL_AUDIT_KILLS` asks for more, `BEDDEL_AUDIT_SEED` for the same again. */
const ROUNDS = Number(process.env.BEDDEL_AUDIT_KILLS ?? 4) / 2
const SEED = Number(process.env.BEDDEL_AUDIT_SEED ?? Date.now() % 1_000_000)

export const KILLS_TIMEOUT_MS = 60_000 + ROUNDS * 15_000

/** Kills writers of one log at random moments, and holds what they said was written against what is there. */
export async function surviveKills(where: string, open: () => AuditStore): Promise<void> {
  console.log(`${Math.ceil(ROUNDS) * 2} kills, BEDDEL_AUDIT_SEED=${SEED}`)
  const random = randomOf(SEED)
  const keys = generateAuditKey()
  const acknowledged = new Map<number, string>()
  for (let round = 0; round < ROUNDS; round++) {
    const delays = [random() * 120, random() * 120]
    await Promise.all(delays.map((ms) => killedWriter(where, keys.privateKey, ms, (seq, hash) => void acknowledged.set(seq, hash))))
  }
  await using log = new AuditLog({ store: open(), key: keys.privateKey })
  const found = await log.verify()
  expect(found.damage).toBeUndefined()
  expect(acknowledged.size).toBeGreaterThan(ROUNDS)
  expect(found.entries).toBeGreaterThanOrEqual(acknowledged.size)
  const there = new Map<number, string>()
  for await (const { chain, hash } of log.query()) there.set(chain.seq, hash)
  const lost = [...acknowledged].filter(([seq, hash]) => there.get(seq) !== hash)
  expect(lost).toEqual([])
}

/** Starts a writer, kills it so long after its first acknowledged entry, and reads all that it said. */
async function killedWriter(where: string, key: string, ms: number, said: (seq: number, hash: string) => void): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./fixtures/writer.mjs', import.meta.url)), where], {
    env: { PATH: process.env.PATH, AUDIT_KEY: key },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more))
  const gone = once(child, 'close')
  await Promise.race([once(child.stdout, 'data'), gone])
  await pause(ms)
  child.kill('SIGKILL')
  const [, signal] = (await gone) as [unknown, string]
  expect(signal).toBe('SIGKILL')
  // The last line may be cut: then nobody has read it.
  for (const line of text.split('\n').slice(0, -1)) {
    const [seq, hash] = line.split(' ')
    said(Number(seq), hash as string)
  }
}

/** Park and Miller's generator: the same kills for the same seed. */
function randomOf(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}
