import { ERROR_CODES, type ErrorCode, type ErrorOrigin } from '@beddel/core'
import type { AuditEntry } from './entry.js'

/** How many names are told apart; the rest are counted as one. */
const MAX_NAMES = 5_000
const OTHERS = '(others)'
const LISTED = 50
/** Widths of the durations that are counted apart, in milliseconds. */
export const DURATIONS = [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000] as const
/** Widths of the time line's steps, in milliseconds. */
const STEPS = [1_000, 60_000, 3_600_000, 86_400_000, 7 * 86_400_000, 28 * 86_400_000, 364 * 86_400_000]
const MAX_STEPS = 90

export type Outcome = 'ok' | 'refused' | 'limit' | 'failed'

export interface Tally {
  runs: number
  ok: number
  refused: number
  limit: number
  failed: number
  /** Of runs that have a duration. */
  timed: number
  totalMs: number
  maxMs: number
}

/** What a report says; collected in one pass, in memory that does not grow with the log. */
export interface ReportFacts {
  total: Tally
  from: number | undefined
  until: number | undefined
  effects: Map<string, Tally>
  tenants: Map<string, Tally>
  engines: Map<string, Tally>
  endings: Map<string, number>
  policies: Map<string, { allowed: number; refused: number }>
  durations: number[]
  timeline: { stepMs: number; steps: Map<number, Tally> }
  refusals: AuditEntry[]
  breaches: AuditEntry[]
  slowest: AuditEntry[]
  latest: AuditEntry[]
  lost: number
  retained: number
}

const emptyTally = (): Tally => ({ runs: 0, ok: 0, refused: 0, limit: 0, failed: 0, timed: 0, totalMs: 0, maxMs: 0 })

/** Policies and limits have origins of their own; a code that is not ours is a failure. */
export function outcomeOf({ ending }: AuditEntry): Outcome | undefined {
  if (ending === undefined) return undefined
  if (ending.success) return 'ok'
  if (ending.code === 'BEDDEL_POLICY') return 'refused'
  const origin: ErrorOrigin | undefined = Object.hasOwn(ERROR_CODES, ending.code ?? '')
    ? ERROR_CODES[ending.code as ErrorCode].origin
    : undefined
  return origin === 'limit' ? 'limit' : 'failed'
}

export async function reportFacts(entries: AsyncIterable<AuditEntry>): Promise<ReportFacts> {
  const facts: ReportFacts = {
    total: emptyTally(),
    from: undefined,
    until: undefined,
    effects: new Map(),
    tenants: new Map(),
    engines: new Map(),
    endings: new Map(),
    policies: new Map(),
    durations: [...DURATIONS.map(() => 0), 0],
    timeline: { stepMs: STEPS[0] as number, steps: new Map() },
    refusals: [],
    breaches: [],
    slowest: [],
    latest: [],
    lost: 0,
    retained: 0,
  }
  for await (const entry of entries) add(facts, entry)
  return facts
}

function add(facts: ReportFacts, entry: AuditEntry): void {
  facts.lost += entry.lost?.count ?? 0
  if (entry.kind === 'retention') facts.retained++
  const outcome = outcomeOf(entry)
  if (outcome === undefined) return
  facts.from = Math.min(facts.from ?? entry.time, entry.time)
  facts.until = Math.max(facts.until ?? entry.time, entry.time)
  const { durationMs, ending } = entry
  const tallies = [
    facts.total,
    named(facts.effects, entry.effect ?? entry.filename ?? '(none)', emptyTally),
    named(facts.tenants, entry.tenant ?? '(none)', emptyTally),
    named(facts.engines, entry.engine ?? '(none)', emptyTally),
    stepOf(facts.timeline, entry.time),
  ]
  for (const tally of tallies) {
    tally.runs++
    tally[outcome]++
    if (durationMs === undefined) continue
    tally.timed++
    tally.totalMs += durationMs
    tally.maxMs = Math.max(tally.maxMs, durationMs)
  }
  const code = ending?.success === true ? 'ok' : (ending?.code ?? 'unknown')
  facts.endings.set(code, (facts.endings.get(code) ?? 0) + 1)
  for (const { policy, allowed } of entry.policies ?? [])
    named(facts.policies, policy, () => ({ allowed: 0, refused: 0 }))[allowed ? 'allowed' : 'refused']++
  if (durationMs !== undefined) {
    const at = DURATIONS.findIndex((width) => durationMs < width)
    const slot = at === -1 ? DURATIONS.length : at
    facts.durations[slot] = (facts.durations[slot] as number) + 1
    slow(facts.slowest, entry)
  }
  const lists = [facts.latest, ...(outcome === 'refused' ? [facts.refusals] : []), ...(outcome === 'limit' ? [facts.breaches] : [])]
  for (const list of lists) {
    list.push(entry)
    if (list.length > LISTED) list.shift()
  }
}

function named<T>(map: Map<string, T>, name: string, make: () => T): T {
  return inMap(map, map.has(name) || map.size < MAX_NAMES ? name : OTHERS, make)
}

function inMap<K, T>(map: Map<K, T>, key: K, make: () => T): T {
  let found = map.get(key)
  if (found === undefined) map.set(key, (found = make()))
  return found
}

function slow(list: AuditEntry[], entry: AuditEntry): void {
  const ms = entry.durationMs as number
  if (list.length >= 20 && ms <= ((list.at(-1) as AuditEntry).durationMs as number)) return
  const at = list.findIndex(({ durationMs }) => (durationMs as number) < ms)
  list.splice(at === -1 ? list.length : at, 0, entry)
  if (list.length > 20) list.pop()
}

/** Steps are made wider when there are too many of them. */
function stepOf(timeline: ReportFacts['timeline'], time: number): Tally {
  const tally = inMap(timeline.steps, Math.floor(time / timeline.stepMs), emptyTally)
  const wider = STEPS[STEPS.indexOf(timeline.stepMs) + 1]
  if (timeline.steps.size > MAX_STEPS && wider !== undefined) {
    const steps = new Map<number, Tally>()
    for (const [step, one] of timeline.steps) {
      const into = inMap(steps, Math.floor((step * timeline.stepMs) / wider), emptyTally)
      for (const key of Object.keys(one) as (keyof Tally)[])
        into[key] = key === 'maxMs' ? Math.max(into.maxMs, one.maxMs) : into[key] + one[key]
    }
    timeline.steps = steps
    timeline.stepMs = wider
    return stepOf(timeline, time)
  }
  return tally
}
