import type {
  AuditSink,
  AuditSubject,
  CompileOptions,
  ExecutorOptions,
  ExecutorProvider,
  LimitsInput,
  Outcome,
  Program,
  RunRequest,
  Session,
  SessionOptions,
  SessionRequest,
} from '@beddel/core'
import type { KnownEngineId } from './engines.js'
import type { Policy } from './policies.js'

/** Options of an adapter. What a run does not state itself comes from here, then from the defaults. */
export interface AdapterOptions extends ExecutorOptions, LimitsInput {
  /**
   * Forces one engine by its id, or an engine of somebody else by its provider. Naming one here is consent: it may be
   * one without a boundary. Absent: chosen automatically.
   */
  engine?: KnownEngineId | (string & Record<never, never>) | ExecutorProvider
  /** Consent to the engine that needs it by name. Default false, or the environment's `BEDDEL_ALLOW_VM2=1`. */
  allowVm2?: boolean
  /** Old name of `globals`. */
  sandbox?: Record<string, unknown>
  /** Asked before each run, on every engine alike; each may refuse it (`BEDDEL_POLICY`). */
  policies?: readonly Policy[]
  /** Where every run on every engine, and what the policies decided, is recorded: an `AuditLog` of `@beddel/audit-log`, or a sink of your own. */
  audit?: AuditSink
  /** Path of a configuration file, or `false` for none. Default: `beddel.toml` in the working directory, where there is one. */
  config?: string | false
  /** Options that only one engine has, by engine id. They count only where that engine is the chosen one. */
  engineOptions?: { [Id in KnownEngineId]?: Record<string, unknown> } & Record<string, Record<string, unknown>>
  /** Needs the threat detector, which is not installed: `true` is `BEDDEL_OPTION_UNSUPPORTED`. */
  enableThreatDetection?: boolean
  /** Lets the threat detector refuse runs. Needs it too. */
  strictMode?: boolean
}

/** What the adapter's `audit` is told of a run besides what it sees itself. */
export interface Audited {
  /** Who caused the run and what it was for. Needs the adapter's option `audit`. */
  audit?: AuditSubject
}

/**
 * Options of one run: those of {@link RunRequest}, and limits that stand beside them (`timeoutMs`, or by its old name
 * `timeout`) instead of under `limits`.
 */
export interface RunOptions extends RunRequest, LimitsInput, Audited {
  /** Old name of `globals`. */
  sandbox?: Record<string, unknown>
}

/** Options of `compile`, with limits beside the others as well. */
export interface AdapterCompileOptions extends CompileOptions, LimitsInput {}

/** Options of one run of a program: those of a run, without what was said when it was compiled. */
export interface ProgramRunOptions extends Omit<RunOptions, 'form' | 'language' | 'filename'> {}

/** Options of `session`, with limits beside the others as well. */
export interface AdapterSessionOptions extends SessionOptions, LimitsInput {
  /** Old name of `globals`. */
  sandbox?: Record<string, unknown>
}

/** Options of one call of a session, with limits beside the others as well. */
export interface SessionRunOptions extends SessionRequest, LimitsInput, Audited {}

/** A compiled program whose runs take what a run of the adapter takes. */
export interface AdapterProgram extends Program {
  run<T = unknown>(options?: ProgramRunOptions): Promise<Outcome<T>>
  runSync?: (<T = unknown>(options?: ProgramRunOptions) => Outcome<T>) | undefined
}

/** A session whose calls take what a run of the adapter takes. */
export interface AdapterSession extends Session {
  run<T = unknown>(source: string, options?: SessionRunOptions): Promise<Outcome<T>>
  call<T = unknown>(name: string, args?: readonly unknown[], options?: SessionRunOptions): Promise<Outcome<T>>
  runSync?: (<T = unknown>(source: string, options?: SessionRunOptions) => Outcome<T>) | undefined
  callSync?: (<T = unknown>(name: string, args?: readonly unknown[], options?: SessionRunOptions) => Outcome<T>) | undefined
}

/** All keys of a type, checked to be all. */
const keysOf = <K extends string>(all: Record<K, true>): readonly K[] => Object.keys(all) as K[]

/** What goes on to the engine as it is. */
export const ENGINE_KEYS = keysOf<Exclude<keyof ExecutorOptions, 'limits' | 'trust'>>({
  placement: true,
  globals: true,
  hostFunctions: true,
  freshness: true,
  form: true,
  language: true,
  tenant: true,
  onLog: true,
  web: true,
  codegen: true,
  wasm: true,
  acceptHostRisk: true,
  processes: true,
  hostCallTimeoutMs: true,
  hostCallConcurrency: true,
  exposeHostErrors: true,
})

/** What the adapter itself takes, besides the limits. */
export const ADAPTER_KEYS = keysOf<Exclude<keyof AdapterOptions, (typeof ENGINE_KEYS)[number] | keyof LimitsInput>>({
  engine: true,
  trust: true,
  limits: true,
  allowVm2: true,
  sandbox: true,
  policies: true,
  audit: true,
  config: true,
  engineOptions: true,
  enableThreatDetection: true,
  strictMode: true,
})

export const REQUEST_KEYS = keysOf<keyof RunRequest | keyof Audited>({
  audit: true,
  input: true,
  globals: true,
  hostFunctions: true,
  limits: true,
  tenant: true,
  freshness: true,
  form: true,
  language: true,
  filename: true,
  signal: true,
  onLog: true,
})

/** How it is compiled a program knows already. */
export const PROGRAM_REQUEST_KEYS = REQUEST_KEYS.filter((key) => !['form', 'language', 'filename'].includes(key))

export const COMPILE_KEYS = keysOf<keyof CompileOptions>({
  form: true,
  language: true,
  filename: true,
  signal: true,
  tenant: true,
  limits: true,
})

export const SESSION_KEYS = keysOf<keyof SessionOptions>({
  globals: true,
  hostFunctions: true,
  tenant: true,
  onLog: true,
  language: true,
  filename: true,
  limits: true,
  signal: true,
})

export const SESSION_REQUEST_KEYS = keysOf<keyof SessionRequest | keyof Audited>({
  audit: true,
  input: true,
  limits: true,
  signal: true,
  form: true,
  language: true,
  onLog: true,
  filename: true,
  through: true,
})
