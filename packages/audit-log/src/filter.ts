import { checkKeys, invalid } from '@beddel/core'
import type { Columns } from './record.js'
import type { AuditFilter } from './store.js'

const TEXTS = ['tenant', 'effect', 'who', 'engine', 'kind', 'ending', 'executionId', 'codeHash'] as const
const TIMES = ['since', 'until'] as const

/** Endings that are no error. */
export const NO_ERRORS = ['ok', 'started'] as const

/** Throws `BEDDEL_INVALID_OPTION` for what is no filter. */
export function checkedFilter(filter: AuditFilter): AuditFilter {
  if (typeof filter !== 'object' || filter === null) throw invalid('filter', 'must be an object', filter)
  checkKeys(filter, [...TEXTS, ...TIMES], 'filter')
  for (const key of TEXTS) {
    const value: unknown = filter[key]
    if (value !== undefined && typeof value !== 'string') throw invalid(`filter.${key}`, 'must be a string', value)
  }
  for (const key of TIMES) {
    const value: unknown = filter[key]
    if (value !== undefined && !Number.isFinite(value)) throw invalid(`filter.${key}`, 'must be milliseconds since 1970', value)
  }
  return filter
}

/** The columns that must have one value. */
export function exactly(filter: AuditFilter): [column: keyof Columns, value: string][] {
  return TEXTS.flatMap((key) => {
    const value = filter[key]
    return value === undefined || (key === 'ending' && value === 'failed') ? [] : [[key, value] as [keyof Columns, string]]
  })
}

export function matches(entry: Columns, filter: AuditFilter): boolean {
  if (filter.since !== undefined && entry.time < filter.since) return false
  if (filter.until !== undefined && entry.time >= filter.until) return false
  if (filter.ending === 'failed' && (entry.ending === null || (NO_ERRORS as readonly string[]).includes(entry.ending))) return false
  return exactly(filter).every(([column, value]) => entry[column] === value)
}
