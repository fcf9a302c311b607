import type { Executor, Outcome, RunRequest } from '@beddel/core'
import { same } from '@beddel/conformance/kit'

const MiB = 1024 * 1024
/** Good guests may have to wait behind hostile ones. */
const PATIENT_MS = 30_000

export interface Guest {
  name: string
  good: boolean
  /** Performs it; a sentence where what came of it is wrong. */
  perform(executor: Executor, tenant: string, i: number): Promise<{ wrong: string | undefined; outcome?: Outcome; timeoutMs: number }>
}

/** What a run may end in without a fault of its own: its child was killed by us, or its executor was replaced. */
const BAD_LUCK = ['BEDDEL_ENGINE_CRASHED', 'BEDDEL_DISPOSED', 'BEDDEL_SESSION_LOST']

const good = (name: string, source: string, request: (i: number) => RunRequest, answer: (i: number) => unknown): Guest => ({
  name,
  good: true,
  perform: async (executor, tenant, i) => {
    const outcome = await executor.run(source, { ...request(i), tenant, limits: { timeoutMs: PATIENT_MS } })
    return { wrong: wrongAnswer(outcome, answer(i)), outcome, timeoutMs: PATIENT_MS }
  },
})

const hostile = (name: string, source: string, codes: readonly string[], limits: RunRequest['limits'] = { timeoutMs: 300 }): Guest => ({
  name,
  good: false,
  perform: async (executor, tenant) => {
    const outcome = await executor.run(source, { tenant, ...(limits && { limits }) })
    const code = outcome.success ? 'a value' : outcome.error.code
    const fits = codes.includes(code) || BAD_LUCK.includes(code)
    return { wrong: fits ? undefined : `ended in ${code}: ${outcome.error?.message ?? ''}`, outcome, timeoutMs: limits?.timeoutMs ?? 5_000 }
  },
})

function wrongAnswer(outcome: Outcome, answer: unknown): string | undefined {
  if (outcome.success) return same(outcome.result, answer) ? undefined : 'gave another value'
  return BAD_LUCK.includes(outcome.error.code) ? undefined : `ended in ${outcome.error.code}: ${outcome.error.message}`
}

const rows = (i: number): { n: number; name: string; at: Date }[] =>
  Array.from({ length: 50 }, (_, k) => ({ n: i + k, name: `row ${k}`, at: new Date(i) }))

/** A mix as a host might see it: mostly honest work, with an oracle for each answer. */
const GUESTS: readonly Guest[] = [
  good(
    'sum',
    'let s = 0; for (let k = 0; k < 2000; k++) s += k; s + input',
    (i) => ({ input: i }),
    (i) => 1_999_000 + i,
  ),
  good(
    'rows',
    'input.filter(({ n }) => n % 2 === 0).map(({ n, at }) => ({ n, at }))',
    (i) => ({ input: rows(i) }),
    (i) =>
      rows(i)
        .filter(({ n }) => n % 2 === 0)
        .map(({ n, at }) => ({ n, at })),
  ),
  good(
    'calls',
    'let s = 0; for (let k = 0; k < 3; k++) s += await twice(input + k); return s',
    (i) => ({ input: i, hostFunctions: { twice: async (n: number) => n * 2 } }),
    (i) => 6 * i + 6,
  ),
  good(
    'kinds',
    'new Map([[input, new Set([1n, undefined, -0])]])',
    (i) => ({ input: i }),
    (i) => new Map([[i, new Set([1n, undefined, -0])]]),
  ),
  good(
    'logs',
    'for (let k = 0; k < 20; k++) console.log("line", k); input',
    (i) => ({ input: i }),
    (i) => i,
  ),
  good(
    'large',
    '"x".repeat(200000) + input',
    (i) => ({ input: i }),
    (i) => 'x'.repeat(200_000) + i,
  ),
  {
    name: 'session',
    good: true,
    perform: async (executor, tenant, i) => {
      await using session = await executor.session?.({ tenant, globals: { start: i } })
      if (session === undefined) return { wrong: 'no session', timeoutMs: PATIENT_MS }
      const limits = { timeoutMs: PATIENT_MS }
      const first = await session.run('let n = start; function add(m) { n += m; return n } n', { limits })
      if (!first.success) return { wrong: wrongAnswer(first, i), outcome: first, timeoutMs: PATIENT_MS }
      const outcome = await session.call('add', [5], { limits })
      return { wrong: wrongAnswer(outcome, i + 5), outcome, timeoutMs: PATIENT_MS }
    },
  },
  {
    name: 'program',
    good: true,
    perform: async (executor, tenant, i) => {
      try {
        await using program = await executor.compile?.('input * 3', { tenant })
        const outcome = await program?.run({ tenant, input: i, limits: { timeoutMs: PATIENT_MS } })
        return outcome === undefined
          ? { wrong: 'no program', timeoutMs: PATIENT_MS }
          : { wrong: wrongAnswer(outcome, i * 3), outcome, timeoutMs: PATIENT_MS }
      } catch (error) {
        const { code, message } = error as { code?: string; message: string }
        return { wrong: BAD_LUCK.includes(code ?? '') ? undefined : message, timeoutMs: PATIENT_MS }
      }
    },
  },
  hostile('throws', 'throw new Error("mine")', ['BEDDEL_GUEST_THROWN'], { timeoutMs: PATIENT_MS }),
  hostile('syntax', 'let let = 1', ['BEDDEL_GUEST_SYNTAX'], { timeoutMs: PATIENT_MS }),
  hostile('loop', 'for (;;);', ['BEDDEL_TIMEOUT']),
  hostile('pending', 'new Promise(() => {})', ['BEDDEL_TIMEOUT']),
  hostile('flood', 'for (;;) console.log("x".repeat(1000))', ['BEDDEL_TIMEOUT']),
  hostile('rejects', 'Promise.reject(new Error("x")); 1', ['a value', 'BEDDEL_GUEST_THROWN'], { timeoutMs: PATIENT_MS }),
  hostile('late', 'await new Promise((r) => r()); (async () => { await 0; throw 1 })(); return 1', ['a value'], { timeoutMs: PATIENT_MS }),
  hostile('memory', 'const a = []; for (;;) a.push([a.length, {}])', ['BEDDEL_MEMORY_LIMIT', 'BEDDEL_TIMEOUT'], {
    timeoutMs: 1_500,
    memoryBytes: 16 * MiB,
  }),
  hostile('abort', 'Array(1e9).fill(0)', ['BEDDEL_MEMORY_LIMIT', 'BEDDEL_TIMEOUT', 'BEDDEL_GUEST_THROWN'], {
    timeoutMs: 1_500,
    memoryBytes: 16 * MiB,
  }),
]

const GOOD = GUESTS.filter((guest) => guest.good)
const HOSTILE = GUESTS.filter((guest) => !guest.good)

/** One in six is hostile, in turn. */
export const guestOf = (i: number): Guest => (i % 6 === 5 ? HOSTILE[Math.floor(i / 6) % HOSTILE.length] : GOOD[i % GOOD.length]) as Guest
