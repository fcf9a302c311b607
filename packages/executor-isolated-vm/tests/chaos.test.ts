import type { Outcome } from '@beddel/core'
import { expect, test } from 'vitest'
import { IsolatedVmExecutor } from '../dist/index.js'
import { childrenOf, eventually, isAlive } from './children.js'

const RUNS = 2_000
const CONCURRENCY = 32
const KILL_EVERY_MS = 200
const TIMEOUT_MS = 400
/** What a run may take beyond its timeout, as DESIGN says. */
const GRACE_MS = 250
const QUEUE_MS = 60_000
const MiB = 1024 * 1024

interface Guest {
  source: string
  /** Hostile guests are held to a short time; the others may wait their turn behind them. */
  hostile?: true
  answer?: unknown
  /** Codes that it may end in. */
  codes: readonly string[]
  hostFunctions?: Record<string, (n: number) => unknown>
}

/** A killed child's run that had started ends so; a good one that had not is done by another child. */
const LOST = 'BEDDEL_ENGINE_CRASHED'

function guest(i: number): Guest {
  switch (i % 40) {
    case 7:
      return { hostile: true, source: 'for(;;);', codes: ['BEDDEL_TIMEOUT', LOST] }
    case 17:
      return { hostile: true, source: 'Array(1e9).fill(0)', codes: ['BEDDEL_MEMORY_LIMIT', 'BEDDEL_TIMEOUT', LOST] }
    case 27:
      return {
        hostile: true,
        source: 'const m=new Map();let i=0;for(;;)m.set(i++,{})',
        codes: ['BEDDEL_MEMORY_LIMIT', 'BEDDEL_TIMEOUT', LOST],
      }
    case 37:
      return { source: 'throw new Error("mine")', codes: ['BEDDEL_GUEST_THROWN', LOST] }
  }
  if (i % 5 === 0) {
    const hostFunctions = { twice: async (n: number) => n * 2 }
    return { source: `return await twice(${i})`, answer: i * 2, codes: [LOST], hostFunctions }
  }
  return { source: `let s=0;for(let k=0;k<2000;k++)s+=k;s+${i}`, answer: 1_999_000 + i, codes: [LOST] }
}

/** Kinds of handles of which more are open than there were: the test runner's own timers may have gone meanwhile. */
const leaked = (before: readonly string[]): string[] => {
  const count = (all: readonly string[], kind: string): number => all.filter((one) => one === kind).length
  const now = process.getActiveResourcesInfo()
  return [...new Set(now)].filter((kind) => /Timeout|Pipe|Process/.test(kind) && count(now, kind) > count(before, kind))
}

test(`${RUNS} mixed guests while a random child is killed every ${KILL_EVERY_MS} ms`, { timeout: 180_000 }, async () => {
  const executor = new IsolatedVmExecutor({ limits: { memoryBytes: 16 * MiB } })
  const before = childrenOf(process.pid)
  const handles = process.getActiveResourcesInfo()
  const ours = (): number[] => childrenOf(process.pid).filter((pid) => !before.includes(pid))
  const seen = new Set<number>()
  let kills = 0
  const killer = setInterval(() => {
    const pids = ours()
    for (const pid of pids) seen.add(pid)
    const victim = pids[Math.floor(Math.random() * pids.length)]
    if (victim === undefined) return
    process.kill(victim, 'SIGKILL')
    kills++
  }, KILL_EVERY_MS)

  const wrong: string[] = []
  const lost = { started: 0, retryable: 0 }
  let settled = 0
  const check = (i: number, { answer, codes }: Guest, outcome: Outcome): void => {
    settled++
    if (outcome.success) {
      if (outcome.result !== answer) wrong.push(`run ${i}: answered ${String(outcome.result)}`)
      return
    }
    const { code, started, retryable } = outcome.error
    if (!codes.includes(code)) wrong.push(`run ${i}: ${code} ${outcome.error.message}`)
    if (code !== LOST) return
    if (started) lost.started++
    if (retryable) lost.retryable++
    if (started === retryable) wrong.push(`run ${i}: started ${started} and retryable ${retryable}`)
  }
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < RUNS) {
      const i = next++
      const one = guest(i)
      const timeoutMs = one.hostile ? TIMEOUT_MS : QUEUE_MS
      const outcome = await executor.run(one.source, {
        limits: { timeoutMs },
        ...(one.hostFunctions && { hostFunctions: one.hostFunctions }),
      })
      if (outcome.duration > timeoutMs + GRACE_MS) wrong.push(`run ${i}: took ${outcome.duration} ms of ${timeoutMs}`)
      check(i, one, outcome)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, lane))
  clearInterval(killer)

  expect(wrong).toEqual([])
  expect(settled).toBe(RUNS)
  // The chaos was there, or this test proves nothing.
  expect(kills).toBeGreaterThan(10)
  expect(executor.getStats()).toMatchObject({ executionCount: RUNS, activeIsolates: 0, waiting: 0 })
  await executor.dispose()
  expect(await eventually(() => ours().length === 0)).toBe(true)
  expect([...seen].filter(isAlive)).toEqual([])
  await eventually(() => leaked(handles).length === 0)
  expect(leaked(handles)).toEqual([])
  console.log(`${kills} kills; ${lost.started} runs lost after their start, ${lost.retryable} reported retryable`)
})
