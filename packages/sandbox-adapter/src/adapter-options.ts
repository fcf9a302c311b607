import type {
  AuditSink,
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
import { type Evidence, EVIDENCE_KEYS } from './evidence.js'
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
  /**
   * Lets the threat detector look at each source before it runs, and count what it finds; nothing is refused for that. Needs
   * `@beddel/threat-detector`, which is loaded with the engine; without it that is `BEDDEL_OPTION_UNSUPPORTED`. Default false.
   */
  enableThreatDetection?: boolean
  /** As `enableThreatDetection`, and what the detector blocks is refused (`BEDDEL_POLICY`). Default false. */
  strictMode?: boolean
}

/**
 * Options of one run: those of {@link RunRequest}, and limits that stand beside them (`timeoutMs`, or by its old name
 * `timeout`) instead of under `limits`.
 */
export interface RunOptions extends RunRequest, LimitsInput, Evidence {
  /** Old name of `globals`. */
  sandbox?: Record<string, unknown>
}

/** Options of `compile`, with limits beside the others as well. What it says for the policies holds for each run of the program. */
export interface AdapterCompileOptions extends CompileOptions, LimitsInput, Evidence {}

/** Options of one run of a program: those of a run, without what was said when it was compiled. */
export interface ProgramRunOptions extends Omit<RunOptions, 'form' | 'language' | 'filename' | 'effect' | 'signatures'> {}

/** Options of `session`, with limits beside the others as well. */
export interface AdapterSessionOptions extends SessionOptions, LimitsInput {
  /** Old name of `globals`. */
  sandbox?: Record<string, unknown>
}

/** Options of one call of a session, with limits beside the others as well. */
export interface SessionRunOptions extends SessionRequest, LimitsInput, Omit<Evidence, 'signatures'> {}

/** Options of one source of a session. */
export interface SessionSourceOptions extends SessionRunOptions, Evidence {}

/** A compiled program whose runs take what a run of the adapter takes. */
export interface AdapterProgram extends Program {
  run<T = unknown>(options?: ProgramRunOptions): Promise<Outcome<T>>
  runSync?: (<T = unknown>(options?: ProgramRunOptions) => Outcome<T>) | undefined
}

/** A session whose calls take what a run of the adapter takes. */
export interface AdapterSession extends Session {
  run<T = unknown>(source: string, options?: SessionSourceOptions): Promise<Outcome<T>>
  call<T = unknown>(name: string, args?: readonly unknown[], options?: SessionRunOptions): Promise<Outcome<T>>
  runSync?: (<T = unknown>(source: string, options?: SessionSourceOptions) => Outcome<T>) | undefined
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

const ENGINE_REQUEST_KEYS = keysOf<keyof RunRequest>({
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

export const REQUEST_KEYS: readonly string[] = [...ENGINE_REQUEST_KEYS, ...EVIDENCE_KEYS]

/** How it is compiled, and what speaks for it, a program knows already. */
const COMPILED = ['form', 'language', 'filename', 'effect', 'signatures']
export const PROGRAM_REQUEST_KEYS = REQUEST_KEYS.filter((key) => !COMPILED.includes(key))

export const COMPILE_KEYS = keysOf<keyof CompileOptions | keyof Evidence>({
  form: true,
  language: true,
  filename: true,
  signal: true,
  tenant: true,
  limits: true,
  effect: true,
  signatures: true,
  who: true,
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

const ENGINE_SESSION_KEYS = keysOf<keyof SessionRequest>({
  input: true,
  limits: true,
  signal: true,
  form: true,
  language: true,
  onLog: true,
  filename: true,
  through: true,
})

export const SESSION_SOURCE_KEYS: readonly string[] = [...ENGINE_SESSION_KEYS, ...EVIDENCE_KEYS]

/** A call of a function brings no source, so there is nothing to be signed. */
export const SESSION_CALL_KEYS = SESSION_SOURCE_KEYS.filter((key) => key !== 'signatures')
