import type { AuditEntry } from './entry.js'
import { redact, type RedactPath } from './redact.js'

type Entries = AsyncIterable<AuditEntry>

/** Entries as JSON, one a line, without what lies at the paths. For people and tools: a filtered or redacted entry cannot be verified by itself. */
export async function* exportRecords(entries: Entries, paths: readonly RedactPath[]): AsyncGenerator<string> {
  for await (const entry of entries) yield `${JSON.stringify(redact(entry, paths))}\n`
}

/** The columns of a table: how each is found in an entry. */
const COLUMNS: Record<string, (entry: AuditEntry) => unknown> = {
  seq: ({ chain }) => chain.seq,
  time: ({ time }) => (Number.isFinite(time) ? new Date(time).toISOString() : time),
  kind: ({ kind }) => kind,
  stage: ({ stage }) => stage,
  tenant: ({ tenant }) => tenant,
  who: ({ who }) => who,
  effect: ({ effect }) => effect,
  engine: ({ engine }) => engine,
  placement: ({ placement }) => placement,
  executionId: ({ executionId }) => executionId,
  runId: ({ runId }) => runId,
  codeHash: ({ code }) => code?.hash,
  codeBytes: ({ code }) => code?.bytes,
  inputHash: ({ input }) => input?.hash,
  inputBytes: ({ input }) => input?.bytes,
  inputType: ({ input }) => input?.type,
  resultHash: ({ result }) => result?.hash,
  resultBytes: ({ result }) => result?.bytes,
  resultType: ({ result }) => result?.type,
  ending: ({ ending, stage }) => (ending === undefined ? (stage === 'start' ? 'started' : undefined) : ending.success ? 'ok' : ending.code),
  phase: ({ ending }) => ending?.phase,
  message: ({ ending }) => ending?.message,
  durationMs: ({ durationMs }) => durationMs,
  memoryBytes: ({ usage }) => usage?.memoryBytes,
  cpuMs: ({ usage }) => usage?.cpuMs,
  operations: ({ usage }) => usage?.operations,
  hostCalls: ({ usage }) => usage?.hostCalls,
  timeoutMs: ({ limits }) => limits?.timeoutMs,
  memoryLimitBytes: ({ limits }) => limits?.memoryBytes,
  policies: ({ policies }) =>
    (Array.isArray(policies) ? policies : []).map(({ policy, allowed }) => `${policy}: ${allowed ? 'allowed' : 'refused'}`).join('; '),
  hash: ({ hash }) => hash,
  prev: ({ chain }) => chain.prev,
}

/** Entries as a table (RFC 4180), without what lies at the paths. A text that a spreadsheet would take for a formula gets a `'` in front. */
export async function* exportCsv(entries: Entries, paths: readonly RedactPath[]): AsyncGenerator<string> {
  yield `${Object.keys(COLUMNS).join(',')}\r\n`
  for await (const entry of entries) {
    const shown = redact(entry, paths) as AuditEntry
    yield `${Object.values(COLUMNS)
      .map((read) => csvField(read(shown)))
      .join(',')}\r\n`
  }
}

export function csvField(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  // A spreadsheet skips blanks before it looks, and takes full-width signs too.
  const guarded = /^\s*[=+\-@＝＋－＠|%]|^[\t\r\n\0]/.test(text) ? `'${text}` : text
  return /[",\r\n']|^\s|\s$/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}
