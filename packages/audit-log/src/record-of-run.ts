import type { AuditedRun } from '@beddel/core'
import { encode } from '@beddel/core/engine'
import { hash } from 'node:crypto'
import { jsonOf } from './json-of.js'
import type { AuditRecord } from './record.js'
import { type RedactPath, redact } from './redact.js'

/** What is kept of a run besides facts and hashes. All default to false. */
export interface Keep {
  /** The source. */
  code?: boolean
  /** The run's `input`. Left out where the host has changed it before the run ended. */
  input?: boolean
  result?: boolean
  /** The messages of errors, and the reasons of policies. They may hold what the guest wrote. */
  messages?: boolean
}

/** The most that is kept of a message, in UTF-16 units. */
const MAX_MESSAGE = 2_000
/** The most that is kept of a run's values. */
const MAX_VALUES = 256 * 1024

/** A run of an adapter as a record. */
export function recordOfRun(run: AuditedRun, keep: Keep, paths: readonly RedactPath[]): AuditRecord {
  const { values: _, ending, policies, usage, durationMs, limits, ...facts } = run
  const values = keptValues(run, keep, paths)
  return {
    ...facts,
    limits: numbers(limits),
    ...(usage && { usage: numbers(usage) }),
    ...(durationMs !== undefined && { durationMs: rounded(durationMs) }),
    ...(ending && { ending: { ...ending, message: keep.messages === true ? ending.message?.slice(0, MAX_MESSAGE) : undefined } }),
    ...(policies.length > 0 && {
      policies: policies.map(({ reason, ...one }) =>
        keep.messages === true && reason !== undefined ? { ...one, reason: reason.slice(0, MAX_MESSAGE) } : one,
      ),
    }),
    ...(values && { values }),
  }
}

function keptValues({ values, input, stage }: AuditedRun, keep: Keep, paths: readonly RedactPath[]): AuditRecord['values'] {
  if (stage !== 'end' || !(keep.code || keep.input || keep.result)) return undefined
  const kept: Record<string, unknown> = {}
  if (keep.code === true && values.code !== undefined) kept.code = values.code
  if (keep.input === true && input !== undefined && hashOf(values.input) === input.hash) kept.input = jsonOf(values.input)
  if (keep.result === true && 'result' in values) kept.result = jsonOf(values.result)
  const out = redact(kept, paths) as NonNullable<AuditRecord['values']>
  return JSON.stringify(out).length > MAX_VALUES ? { code: undefined, input: undefined, result: { $: 'too large' } } : out
}

/** The hash that an {@link AuditedValue} has: of the value as the codec encodes it. `undefined` for a value that cannot cross. */
export function hashOf(value: unknown): string | undefined {
  const { text } = encode(value, Number.MAX_SAFE_INTEGER, 'value', false)
  return text === undefined ? undefined : hash('sha256', text, 'hex')
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000

function numbers(given: object): Record<string, number> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, value]: [string, unknown]) =>
      typeof value === 'number' && Number.isFinite(value) ? [[key, rounded(value)]] : [],
    ),
  )
}
