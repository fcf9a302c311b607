import { type AuditSink, invalid } from '@beddel/core'

export function checkedSink(given: unknown): AuditSink | undefined {
  if (given === undefined) return undefined
  const { record, required } = (given ?? {}) as Partial<AuditSink>
  if (typeof record !== 'function' || typeof required !== 'boolean') throw invalid('audit', 'must be { required, record }', given)
  return given as AuditSink
}
