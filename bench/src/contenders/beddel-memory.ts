import { setTimeout as pause } from 'node:timers/promises'
import { SandboxAdapter } from '@beddel/sandbox-adapter'
import type { Operations } from '../contender.ts'
import { check, resultOf, TINY, TINY_RESULT } from '../guests.ts'
import { childrenResident } from '../resident.ts'

const SETTLE_MS = 700

export async function open(): Promise<Operations> {
  const adapter = new SandboxAdapter({ config: false })
  return {
    childBytes,
    /** Resident bytes of this process after so many more runs. */
    residentAfter: async (runs) => {
      await many(adapter, runs)
      globalThis.gc?.()
      return process.memoryUsage.rss()
    },
  }
}

/** Resident bytes of one idle child that has run a few guests and keeps this many warm cells. */
async function childBytes(warmCells: number | undefined): Promise<number> {
  await using adapter = new SandboxAdapter({ config: false, processes: { min: 1, max: 1, ...(warmCells && { warmCells }) } })
  await adapter.ready()
  for (let i = 0; i < 20; i++) check(resultOf(await adapter.tryRun(TINY)), TINY_RESULT)
  await pause(SETTLE_MS)
  const [bytes, ...others] = childrenResident()
  if (bytes === undefined || others.length > 0) throw new Error(`One child was expected, not ${others.length + (bytes ? 1 : 0)}`)
  return bytes
}

async function many(adapter: SandboxAdapter, runs: number): Promise<void> {
  let left = runs
  const lane = async () => {
    while (left-- > 0) check(resultOf(await adapter.tryRun(TINY)), TINY_RESULT)
  }
  await Promise.all(Array.from({ length: 16 }, lane))
}
