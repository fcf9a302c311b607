export type {
  AdapterCompileOptions,
  AdapterOptions,
  AdapterProgram,
  AdapterSession,
  AdapterSessionOptions,
  ProgramRunOptions,
  RunOptions,
  SessionRunOptions,
  SessionSourceOptions,
} from './adapter-options.js'
export type { KnownEngineId } from './engines.js'
export type { EngineSelectedEvent, RunEvent } from './channels.js'
export {
  type BestExecutorOptions,
  checkIsolatedVm,
  checkVm2,
  checkWorkerThreads,
  createBestExecutor,
  createExecutor,
  createExecutorSync,
  type CreateExecutorOptions,
  detectBestExecutor,
  getExecutorCapabilities,
} from './create-executor.js'
export { ENGINE_VARIABLE } from './decision.js'
export type { EffectReference, Evidence } from './evidence.js'
export { explainEngines } from './explain-engines.js'
export type { ExplainedEngine, Explanation } from './explanation.js'
export { locateEngine } from './locate-engine.js'
export type { Policy, PolicyContext, PolicyVerdict } from './policies.js'
export { type AdapterStats, createSandboxAdapter, SandboxAdapter } from './sandbox-adapter.js'
export {
  type Capabilities,
  type CompileOptions,
  DEFAULT_LIMITS,
  detectEnvironment,
  type EngineId,
  type Environment,
  ERROR_CODES,
  type ErrorCode,
  type ErrorOrigin,
  type Executor,
  type ExecutorOptions,
  type ExecutorProvider,
  type ExecutorStats,
  type Failure,
  type Freshness,
  type GuestError,
  type HostCallContext,
  type HostFunction,
  type HostFunctionTree,
  isResourceLimitError,
  type Language,
  type LimitName,
  type Limits,
  type LimitsInput,
  type LogEntry,
  type LogLevel,
  type Outcome,
  type Phase,
  type Placement,
  type ProcessOptions,
  type Program,
  type RunRequest,
  SandboxError,
  type SelectionReport,
  type Session,
  type SessionOptions,
  type SessionRequest,
  type SourceForm,
  type Success,
  toHttpStatus,
  type Trust,
  type Usage,
} from '@beddel/core'
export { syncHostFunction } from '@beddel/core/engine'
