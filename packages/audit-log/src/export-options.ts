import { checkKeys, invalid, oneOf } from '@beddel/core'
import { checkedFilter } from './filter.js'
import { redactPaths, type RedactPath } from './redact.js'
import type { AuditFilter } from './store.js'

export interface ExportOptions {
  /** Default `jsonl`. */
  format?: 'jsonl' | 'records' | 'csv'
  /** Which entries; not with `jsonl`, which is the whole log. */
  filter?: AuditFilter
  /** Paths in an entry, as `who` or `values.input.**`, whose values are replaced; not with `jsonl`, whose bytes are what was hashed. */
  redact?: readonly string[]
  /** Of `jsonl`. */
  onProgress?: (progress: { entries: number; of: number }) => void
}

export function checkedExport(options: ExportOptions): { format: 'jsonl' | 'records' | 'csv'; filter: AuditFilter; redact: RedactPath[] } {
  if (typeof options !== 'object' || options === null) throw invalid('options', 'must be an object', options)
  checkKeys(options, ['format', 'filter', 'redact', 'onProgress'], 'options')
  const format = oneOf('format', options.format, ['jsonl', 'records', 'csv']) ?? 'jsonl'
  for (const key of ['filter', 'redact'] as const) {
    if (format === 'jsonl' && options[key] !== undefined)
      throw invalid(key, 'does not go with the format jsonl, which is the whole log as it was hashed: use records or csv')
  }
  return { format, filter: checkedFilter(options.filter ?? {}), redact: redactPaths(options.redact, 'redact') }
}
