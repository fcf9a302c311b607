import type { LimitName } from './limits.js'
import type { EngineId, Language, Placement, Usage } from './spec.js'

/** What is told of a value instead of the value. */
export interface AuditedValue {
  /** SHA-256, hex, of the value as the codec encodes it: the same value has the same hash on every engine. */
  hash: string
  /** Length of the encoded text, in UTF-16 units. */
  bytes: number
  /** `null`, `array`, the name of a built-in class, or what `typeof` says. */
  type: string
}

/** What one policy has decided about a run. */
export interface AuditedPolicy {
  policy: string
  allowed: boolean
  reason?: string
  threats?: number
}

/** One run, as an audit sink is told of it: facts and hashes. */
export interface AuditedRun {
  /**
   * `end` tells how a run ended. `start` comes before, to a sink that is `required` only: it has what is known before
   * anything reaches the engine, and the run waits until it is acknowledged.
   */
  stage: 'start' | 'end'
  /** `compile`: a source that a policy was asked about before any run of it. */
  kind: 'run' | 'program' | 'session' | 'compile'
  /** The same in both stages of one run. */
  runId: string
  /** The outcome's `executionId`; absent where the call threw, and at the start. */
  executionId?: string
  /** Who asked for the run, in the words of the host. */
  who?: string
  /** What the run was for: an effect, a plugin, a workflow step, by its id. */
  effect?: string
  effectVersion?: string
  tenant?: string
  engine: EngineId
  placement: Placement
  language?: Language
  filename?: string
  /** Absent for a session's `call`. */
  code?: { hash: string; bytes: number }
  /** The function of the guest that a session's `call` named. */
  functionName?: string
  input?: AuditedValue
  /** The run's own `globals`, together. */
  globals?: AuditedValue
  result?: AuditedValue
  /** The limits that counted. */
  limits: Partial<Record<LimitName, number>>
  usage?: Usage
  durationMs?: number
  ending?: {
    success: boolean
    /** The error's code; `unknown` for what is no SandboxError. */
    code?: string
    phase?: string
    /** Whether guest code may have run. */
    started?: boolean
    /** The error's message. It may hold what the guest wrote. */
    message?: string
  }
  policies: AuditedPolicy[]
  /** The values themselves, at the end only, for a sink that was asked to keep them. The input is as the host has it by then. */
  values: { code?: string; input?: unknown; result?: unknown }
}

/** Where an adapter records its runs. It is told of every run on every engine, and of what the policies decided. */
export interface AuditSink {
  /**
   * `true`: an unlogged run must not happen. A run waits, within its own time, until its start is acknowledged, and its
   * outcome until its end is; where the sink fails, the run is refused (`BEDDEL_POLICY`). `false`: no run waits for the
   * sink, and none fails because of it.
   */
  readonly required: boolean
  /** Resolves when the record will not be lost any more. Must return at once. */
  record(run: AuditedRun): Promise<unknown>
}
