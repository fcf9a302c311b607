export type { AuditedPolicy, AuditedRun, AuditedValue, AuditSink } from './audit.js'
export { ERROR_CODES, type ErrorCode, type ErrorOrigin, type Phase } from './codes.js'
export { DEFAULT_LIMITS, LIMIT_KEYS, type LimitName, type Limits, type LimitsInput, mergeLimits, statedLimits } from './limits.js'
export { checkKeys, invalid, isRecord, nearest, oneOf, unsupported } from './options.js'
export { type GuestError, isResourceLimitError, SandboxError, type SandboxErrorInit, toHttpStatus } from './sandbox-error.js'
export { sha256Hex } from './sha256.js'
export * from './spec.js'
export { detectEnvironment, type Environment } from './environment.js'
export {
  type Candidate,
  type Consideration,
  noEngineError,
  type Opened,
  type SelectionReport,
  type SelectionRules,
  selectEngine,
  selectEngineSync,
  type Unopened,
} from './selection.js'
