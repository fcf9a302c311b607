import type { AuditedPolicy, AuditedValue } from '@beddel/core'
import { nearest } from '@beddel/core'
import { AuditError } from './audit-error.js'
import { canonical } from './canonical.js'

export interface RecordEnding {
  success: boolean
  /** The error's code. */
  code?: string
  phase?: string
  started?: boolean
  /** Kept only where asked for: it may hold what the guest wrote. */
  message?: string
}

/** What is recorded of one event. All of it is hashed; nothing of it may change later. */
export interface AuditRecord {
  /** `run`, `program`, `session`, `compile`, `retention`, `lost`, or a word of your own: letters, digits and `._-`, at most 64. */
  kind: string
  /** When, in milliseconds since 1970. Default: now. */
  time?: number
  /** `start`: a run is about to begin. */
  stage?: 'start' | 'end'
  /** The same in both stages of one run. */
  runId?: string
  executionId?: string
  who?: string
  tenant?: string
  effect?: string
  effectVersion?: string
  engine?: string
  placement?: string
  language?: string
  filename?: string
  code?: { hash: string; bytes: number }
  functionName?: string
  input?: AuditedValue
  globals?: AuditedValue
  result?: AuditedValue
  limits?: Record<string, number>
  usage?: Record<string, number>
  durationMs?: number
  ending?: RecordEnding
  policies?: AuditedPolicy[]
  /** Kept only where asked for. */
  values?: { code?: string; input?: unknown; result?: unknown }
  /** What retention has removed: entries before `to`. */
  retention?: { to: number; reason: string }
  /** Records that could not be written before. */
  lost?: { count: number; from: number; until: number; code: string }
  /** Anything else that JSON can say. */
  data?: unknown
}

/** Every key; each sorts behind `chain`, so that an entry's canonical text begins with its place in the chain. */
export const RECORD_KEYS: Record<keyof AuditRecord, true> = {
  kind: true,
  time: true,
  stage: true,
  runId: true,
  executionId: true,
  who: true,
  tenant: true,
  effect: true,
  effectVersion: true,
  engine: true,
  placement: true,
  language: true,
  filename: true,
  code: true,
  functionName: true,
  input: true,
  globals: true,
  result: true,
  limits: true,
  usage: true,
  durationMs: true,
  ending: true,
  policies: true,
  values: true,
  retention: true,
  lost: true,
  data: true,
}

/** What queries go by, beside the entry's text. */
export interface Columns {
  time: number
  kind: string
  tenant: string | null
  effect: string | null
  who: string | null
  engine: string | null
  /** `ok`, the error's code, `started`, or nothing. */
  ending: string | null
  durationMs: number | null
  executionId: string | null
  codeHash: string | null
}

/** A record that is ready to be chained. */
export interface Draft {
  /** Its canonical JSON. */
  text: string
  columns: Columns
}

/** A text that is stored in a column: bounded, and without the character that PostgreSQL has no place for. */
const MAX_COLUMN = 256
const column = (value: string | undefined): string | null =>
  value === undefined ? null : value.slice(0, MAX_COLUMN).toWellFormed().replaceAll('\0', '\uFFFD')

export function columnsOf(record: AuditRecord): Columns {
  const { ending } = record
  return {
    time: record.time as number,
    kind: record.kind,
    tenant: column(record.tenant),
    effect: column(record.effect),
    who: column(record.who),
    engine: column(record.engine),
    ending: column(ending === undefined ? (record.stage === 'start' ? 'started' : undefined) : ending.success ? 'ok' : ending.code),
    durationMs: record.durationMs ?? null,
    executionId: column(record.executionId),
    codeHash: column(record.code?.hash),
  }
}

/** The record of an entry's text; `undefined` where it is none that could have been written here. */
export function recordIn(text: string): AuditRecord | undefined {
  try {
    const record = JSON.parse(text) as AuditRecord
    // Throws where a value has another type than its column.
    columnsOf(record)
    return typeof record.kind === 'string' && Number.isSafeInteger(record.time) ? record : undefined
  } catch {
    return undefined
  }
}

/** Checks a record and writes it as canonical JSON. Throws `AUDIT_RECORD`. */
export function draftOf(record: AuditRecord): Draft {
  for (const key of Object.keys(record)) {
    if (Object.hasOwn(RECORD_KEYS, key)) continue
    const near = nearest(key, Object.keys(RECORD_KEYS))
    throw new AuditError('AUDIT_RECORD', `A record has no key "${key}".${near ? ` Did you mean "${near}"?` : ''}`, {
      path: key,
      nearest: near,
    })
  }
  if (typeof record.kind !== 'string' || !/^[\w.-]{1,64}$/.test(record.kind))
    throw new AuditError('AUDIT_RECORD', 'kind must be 1 to 64 letters, digits and ._-', { path: 'kind' })
  const timed = record.time === undefined ? { ...record, time: Date.now() } : record
  if (!Number.isSafeInteger(timed.time))
    throw new AuditError('AUDIT_RECORD', 'time must be whole milliseconds since 1970', { path: 'time' })
  return { text: canonicalText(timed), columns: columnsOf(timed) }
}

/** RFC 8785. Lone surrogates, of which it has none, are replaced first where there are any. */
function canonicalText(record: AuditRecord): string {
  try {
    return canonical(record)
  } catch {
    try {
      return canonical(JSON.parse(JSON.stringify(record, finite), wellFormed))
    } catch (error) {
      throw new AuditError('AUDIT_RECORD', `The record cannot be said in JSON: ${(error as Error).message}`, {}, error)
    }
  }
}

/** JSON would make null of them. */
const finite = (key: string, value: unknown): unknown => {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${key} is ${value}`)
  return value
}

const wellFormed = (_: string, value: unknown): unknown => (typeof value === 'string' ? value.toWellFormed() : value)
