import { type AuditSink, type AuditSubject, invalid, unsupported } from '@beddel/core'

export function checkedSink(given: unknown): AuditSink | undefined {
  if (given === undefined) return undefined
  const { record, required } = (given ?? {}) as Partial<AuditSink>
  if (typeof record !== 'function' || typeof required !== 'boolean') throw invalid('audit', 'must be { required, record }', given)
  return given as AuditSink
}

/** What stands under `audit` in a run's options, and the options without it: no engine knows it. The trail checks what it is. */
export function withSubject<T extends object>(given: T, sink: AuditSink | undefined): [request: T, subject?: AuditSubject] {
  if (!('audit' in given)) return [given]
  const { audit, ...request } = given as T & { audit?: AuditSubject }
  if (audit !== undefined && sink === undefined) throw unsupported('audit', "needs the adapter's option audit")
  return [request as unknown as T, audit]
}
