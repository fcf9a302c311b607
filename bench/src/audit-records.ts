import type { AuditRecord } from '@beddel/audit-log'

const HASH = 'a'.repeat(64)

/** A record as a run of the adapter leaves it. */
export function auditRecord(i: number): AuditRecord {
  return {
    kind: 'run',
    stage: 'end',
    time: Date.now(),
    runId: '0b0f6c1e-52c4-4d0b-9a55-3a4f0d9e7c11',
    executionId: '7c3f5d0a-0f0e-4a6e-8a27-1f3a6b1c2d3e',
    who: 'somebody',
    tenant: `tenant ${i % 10}`,
    effect: `effect ${i % 50}`,
    engine: 'an engine',
    placement: 'process',
    language: 'js',
    code: { hash: HASH, bytes: 120 },
    input: { hash: HASH, bytes: 40, type: 'object' },
    result: { hash: HASH, bytes: 12, type: 'number' },
    limits: {
      hostCalls: 1_000,
      inputBytes: 16_777_216,
      logBytes: 65_536,
      memoryBytes: 134_217_728,
      resultBytes: 4_194_304,
      timeoutMs: 5_000,
    },
    usage: { cpuMs: 1.2, hostCalls: 0, logBytes: 0, logsDropped: 0, memoryBytes: 1_234_567, resultBytes: 12 },
    durationMs: 2.345,
    ending: { success: true },
  }
}
