import { type AuditSink, type AuditSubject, checkKeys, invalid, unsupported } from '@beddel/core'

export function checkedSink(given: unknown): AuditSink | undefined {
  if (given === undefined) return undefined
  const { record, required } = (given ?? {}) as Partial<AuditSink>
  if (typeof record !== 'function') throw invalid('audit', 'must be a sink: an AuditLog, or { required, record }', given)
  if (typeof required !== 'boolean') throw invalid('audit.required', 'must be true or false', required)
  return given as AuditSink
}

const NOBODY: AuditSubject = {}

/** What stands under `audit` in a run's options, and the options without it: no engine knows it. */
export function withSubject<T extends object>(given: T, sink: AuditSink | undefined): [request: T, subject: AuditSubject] {
  if (!('audit' in given)) return [given, NOBODY]
  const { audit, ...request } = given as T & { audit?: AuditSubject }
  if (audit === undefined) return [request as unknown as T, NOBODY]
  if (typeof audit !== 'object' || audit === null) throw invalid('audit', 'must be an object', audit)
  checkKeys(audit, ['who', 'effect'], 'audit')
  for (const [key, value] of Object.entries(audit)) {
    if (value !== undefined && !(typeof value === 'string' && value.length <= 256))
      throw invalid(`audit.${key}`, 'must be a string of at most 256 characters', value)
  }
  if (sink === undefined) throw unsupported('audit', 'is for the audit log, and this adapter has none: give it one under the same name.')
  return [request as unknown as T, audit]
}
