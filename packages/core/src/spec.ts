import type { SandboxError } from './sandbox-error.js'
import type { LimitName, Limits, LimitsInput } from './limits.js'

/** The version of this spec. A provider that says another one is refused. */
export const SPEC = 'beddel.executor/v1'

/** An engine's name: one of ours or somebody else's. */
export type EngineId = string

/** Where cells live. */
export type Placement = 'process' | 'in-process'

/** How a source is compiled; `auto` decides by compiling. */
export type SourceForm = 'auto' | 'script' | 'body' | 'module'
export type Language = 'js' | 'ts'

/** `isolate`: a never-used cell. `context`: a never-used global in an isolate of the same tenant. */
export type Freshness = 'isolate' | 'context'

/** How a limit is held: `hard` stops the guest, `soft` is checked at some points only, `none` is not held. */
export type Enforcement = 'hard' | 'soft' | 'none'

export interface LimitSupport {
  enforced: Enforcement
  /** The smallest value that the engine itself can hold, where it has one. */
  min?: number
  note?: string
}

/** Declared as data, proven by the conformance suites, for one engine in one placement. */
export interface Capabilities {
  placement: Placement
  /** Escapes are treated as security bugs. */
  boundary: boolean
  /** The host process outlives every guest. */
  survivesGuest: boolean
  isolation: 'realm' | 'thread' | 'process' | 'engine'
  limits: {
    wall: LimitSupport
    cpu: LimitSupport
    heap: LimitSupport
    externalMemory: LimitSupport
    stack: LimitSupport
    operations: LimitSupport
  }
  hostCalls: 'none' | 'async' | 'sync+async'
  modules: boolean
  wasm: boolean
  /** `codegen: true` (eval and Function for the guest) can be granted. */
  codegen: boolean
  typescript: boolean
  session: boolean
  compile: boolean
  runSync: boolean
  freshness: readonly Freshness[]
  intl: 'full' | 'none'
  /** Globals of the allow-list that the engine does not have. Absent: it has them all. */
  missingGlobals?: readonly string[]
  /** The guest runs on the caller's own thread: while it computes, the caller's event loop stands still. */
  blocksHost: boolean
}

/** What a probe found out. `usable` means that a canary program has just run in a real cell. */
export interface Probe {
  engine: EngineId
  usable: boolean
  /** Version of the engine's library. */
  version?: string
  /** Why not, in one sentence. */
  reason?: string
  /** What to do about it, in one sentence. */
  fix?: string
  /** How long the probe took, in milliseconds. */
  durationMs: number
}

export interface HostCallContext {
  /** Fires when the run ends for whatever reason, or when this call's time is up. */
  signal: AbortSignal
  executionId: string
  tenant: string | undefined
  /** The dotted name under which the guest called. */
  name: string
}

/**
 * A function of the host that the guest may call. `this` is the {@link HostCallContext}; arguments and result
 * cross by value.
 */
// biome-ignore lint/suspicious/noExplicitAny: the guest may pass anything
export type HostFunction = (this: HostCallContext, ...args: any[]) => unknown

export interface HostFunctionTree {
  [name: string]: HostFunction | HostFunctionTree
}

export type LogLevel = 'debug' | 'log' | 'info' | 'warn' | 'error'
export interface LogEntry {
  level: LogLevel
  text: string
  /** Milliseconds since the run was admitted. */
  at: number
}

/** Options of one run. What is absent comes from the executor's options, then from the defaults. */
export interface RunRequest {
  /** One value, under the name `input` in the guest. */
  input?: unknown
  /** More values, each a global of the guest. */
  globals?: Record<string, unknown>
  hostFunctions?: HostFunctionTree
  limits?: LimitsInput
  /** Whose run it is: cells and processes are never shared between tenants. Absent: the anonymous tenant. */
  tenant?: string
  freshness?: Freshness
  form?: SourceForm
  language?: Language
  /** The guest's name for itself in stacks. Default `guest.js`. Letters, digits and `._-/` only. */
  filename?: string
  signal?: AbortSignal
  /** Called for each console line as it arrives. */
  onLog?: (entry: LogEntry) => void
}

export interface CompileOptions extends Pick<RunRequest, 'form' | 'language' | 'filename' | 'signal' | 'tenant'> {
  limits?: LimitsInput
}

/** Figures that were measured. One that the engine cannot measure is absent. */
export interface Usage {
  /**
   * Engine heap and external memory when the run ended, in bytes. Where the engine has to be entered for it, it is absent from a session's
   * call that follows another one within a millisecond.
   */
  memoryBytes?: number
  /** CPU time of the guest, in milliseconds. */
  cpuMs?: number
  /** Wall time between the guest's start and its end, in milliseconds. */
  guestMs?: number
  /**
   * Operations that were made, where `operations` was stated. Absent where the run was ended from outside (its time, its
   * memory) on an engine that counts in the source.
   */
  operations?: number
  hostCalls: number
  /** Bytes (UTF-16 units) of the encoded result. */
  resultBytes?: number
  logBytes: number
  /** Lines of console output that the log limit dropped. */
  logsDropped: number
}

interface OutcomeFacts {
  executionId: string
  engine: EngineId
  placement: Placement
  /** SHA-256, hex, of the exact source as UTF-8. The same on every engine, on failure too. */
  codeHash: string
  /** Milliseconds from admission to settlement. */
  duration: number
  usage: Usage
  /** Alias of `usage.memoryBytes`. */
  memoryUsed: number | undefined
  logs: LogEntry[]
  /** Default limits that this engine did not hold in this run. Stated limits are held or refused. */
  unenforced: LimitName[]
  /** What was done differently from what was asked, in words (a memory limit held at the engine's floor, …). */
  notes: string[]
}
export type Success<T = unknown> = OutcomeFacts & { success: true; result: T; error?: undefined }
export type Failure = OutcomeFacts & { success: false; error: SandboxError; result?: undefined }
/** What a run ends in. */
export type Outcome<T = unknown> = Success<T> | Failure

export interface ExecutorStats {
  type: EngineId
  placement: Placement
  /** Runs that settled, failures included. */
  executionCount: number
  successCount: number
  failureCount: number
  /** Mean duration of settled runs in milliseconds; 0 before the first. */
  averageDuration: number
  /** Runs that are executing or parked now. */
  activeIsolates: number
  /** Runs that wait for a cell. */
  waiting: number
  byError: Partial<Record<string, number>>
  /** Child processes (process placement only). */
  processes?: { total: number; idle: number; executing: number; parked: number; spawned: number; killed: number }
  /** Warm cells that are ready now, where known. */
  warmCells?: number
}

/** A source that is sent once and run many times. */
export interface Program extends AsyncDisposable {
  readonly codeHash: string
  run<T = unknown>(request?: Omit<RunRequest, 'form' | 'language' | 'filename'>): Promise<Outcome<T>>
  runSync?: (<T = unknown>(request?: Omit<RunRequest, 'form' | 'language' | 'filename'>) => Outcome<T>) | undefined
  dispose(): Promise<void>
}

export interface SessionOptions extends Pick<RunRequest, 'globals' | 'hostFunctions' | 'tenant' | 'onLog' | 'language' | 'filename'> {
  limits?: LimitsInput
  /** Ends the session: calls that go on or come later end in `BEDDEL_ABORTED`. */
  signal?: AbortSignal
}

/**
 * A cell that keeps its state between calls. Each call has the limits of a run. `input` is part of that state: a call that
 * brings none finds the last one.
 */
export interface Session extends AsyncDisposable {
  readonly id: string
  run<T = unknown>(source: string, request?: SessionRequest): Promise<Outcome<T>>
  /** Calls a global function of the guest by its dotted name. */
  call<T = unknown>(name: string, args?: readonly unknown[], request?: SessionRequest): Promise<Outcome<T>>
  runSync?: (<T = unknown>(source: string, request?: SessionRequest) => Outcome<T>) | undefined
  callSync?: (<T = unknown>(name: string, args?: readonly unknown[], request?: SessionRequest) => Outcome<T>) | undefined
  dispose(): Promise<void>
}
export interface SessionRequest extends Pick<RunRequest, 'input' | 'limits' | 'signal' | 'form' | 'language' | 'onLog' | 'filename'> {
  /**
   * The dotted name of a global function of the guest: the value of a `run` is given to it inside the guest, and what it
   * returns is what crosses. For values that cannot cross by themselves. A `call` has none.
   */
  through?: string
}

/** Options of an executor. Engines may take more; unknown keys are errors. */
export interface ExecutorOptions {
  placement?: Placement
  limits?: LimitsInput
  globals?: Record<string, unknown>
  hostFunctions?: HostFunctionTree
  freshness?: Freshness
  form?: SourceForm
  language?: Language
  tenant?: string
  onLog?: (entry: LogEntry) => void
  /** Timers, URL, TextEncoder/Decoder, atob/btoa, structuredClone and a part of `crypto` for the guest. Default false. */
  web?: boolean
  /** `eval` and `Function` for the guest. Default false. */
  codegen?: boolean
  /** `WebAssembly` for the guest. Default false. */
  wasm?: boolean
  /** The caller accepts that a guest may end the host process, where the placement cannot prevent it. */
  acceptHostRisk?: boolean
  /** The guest's author is trusted as far as the host's life is concerned. */
  trust?: Trust
  processes?: ProcessOptions
  /** How long one host call may take, in milliseconds. Default: what is left of the run's time. */
  hostCallTimeoutMs?: number
  /**
   * Asynchronous host calls of one run that may be under way at a time; more of them wait for their turn, and their
   * `hostCallTimeoutMs` begins with it. Default 64.
   */
  hostCallConcurrency?: number
  /** Give the guest the host function's own error message. Default false: it gets a redacted one. */
  exposeHostErrors?: boolean
}

export type Trust = 'untrusted' | 'trusted'

export interface ProcessOptions {
  /** Children kept alive while idle. Default 1 after the first run. */
  min?: number
  /** Children at the most, parked ones included. Default four times the cores. */
  max?: number
  /** How long a child above `min` may be idle before it ends, in milliseconds. Default 30 000. */
  idleTimeoutMs?: number
  /** A command put before the child's own, for a stronger jail: `['bwrap', …]`. */
  launcher?: readonly string[]
  /** Warm cells kept in each child. Default 3. */
  warmCells?: number
  /** Runs that may wait for a child before `BEDDEL_BUSY`, at least 1. Default 10 000. */
  maxQueue?: number
  /** Whether runs of the same tenant may start in a child where another run is parked. Default `none`. */
  sharing?: 'none' | 'tenant'
}

/** A live engine. */
export interface Executor extends AsyncDisposable {
  readonly type: EngineId
  readonly capabilities: Capabilities
  /** Guest endings never reject; host mistakes (bad options) throw. */
  run<T = unknown>(source: string, request?: RunRequest): Promise<Outcome<T>>
  runSync?: (<T = unknown>(source: string, request?: RunRequest) => Outcome<T>) | undefined
  compile?(source: string, options?: CompileOptions): Promise<Program>
  session?(options?: SessionOptions): Promise<Session>
  /** As `session`, for a caller who cannot wait; present where `runSync` is. */
  sessionSync?: ((options?: SessionOptions) => Session) | undefined
  /** Starts what the first run would start. */
  ready(): Promise<void>
  getStats(): ExecutorStats
  dispose(): Promise<void>
}

/** An engine's static description. Making one does no I/O. */
export interface ExecutorProvider<O extends ExecutorOptions = ExecutorOptions> {
  readonly spec: typeof SPEC
  readonly id: EngineId
  /** The placements that the engine has, the default one first. */
  readonly placements: readonly Placement[]
  capabilities(placement?: Placement): Capabilities
  probe(options?: O): Promise<Probe>
  create(options?: O): Promise<Executor>
}

export type { Limits, LimitsInput, LimitName }
