import type { Plan } from './choice.js'
import type { Ending, Recording, RecordedDifference } from './recording.js'
import { record, recordFallBack } from './recordings.js'

/** What happened in a call of a VM under a plan. */
export interface Observed {
  at: number
  call: string
  first: Ending
  second?: Ending
  skipped?: string
  differences: RecordedDifference[]
}

/** Records a call and counts it. Never throws. */
export function observed({ site, file, tenant, mode, folder, rollout }: Plan, { at, call, ...rest }: Observed): void {
  const line: Recording = {
    v: 1,
    at,
    site,
    ...(file !== undefined && { file }),
    ...(tenant !== undefined && { tenant }),
    call,
    mode,
    ...rest,
  }
  record(line, folder)
  const event = rollout?.note(line)
  if (event !== undefined) recordFallBack(event, folder)
}

/** Makes a call on the engine that a canary or `new` has chosen, and records how it went. */
export function watched<T>(plan: Plan | undefined, call: string, go: () => T): T {
  if (plan?.recorded !== true || plan.shadow !== undefined) return go()
  const started = performance.now()
  try {
    const value = go()
    ended(plan, call, { ok: true, value }, performance.now() - started)
    return value
  } catch (error) {
    ended(plan, call, { ok: false, value: error }, performance.now() - started)
    throw error
  }
}

/** Records how a call went. */
export function ended(plan: Plan, call: string, { ok, value }: { ok: boolean; value: unknown }, ms: number): void {
  const { code, message } = (ok ? {} : (value ?? {})) as { code?: unknown; message?: unknown }
  const first: Ending = {
    engine: plan.engine,
    ms: Math.round(ms * 1_000) / 1_000,
    ok,
    type: typeName(value),
    ...(typeof code === 'string' && { code }),
    ...(plan.values && typeof message === 'string' && { message: message.slice(0, 2_000) }),
  }
  observed(plan, { at: Date.now(), call, first, differences: [] })
}

/** Of a value on this side: what a guest gave is a copy by now. */
function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  if (Array.isArray(value)) return `Array(${value.length})`
  if (value instanceof Map || value instanceof Set) return `${value instanceof Map ? 'Map' : 'Set'}(${value.size})`
  if (value instanceof Error) return value.name
  return Object.prototype.toString.call(value).slice(8, -1)
}
