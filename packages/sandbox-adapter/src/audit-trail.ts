import {
  type AuditedPolicy,
  type AuditedRun,
  type AuditedValue,
  type AuditSink,
  type Outcome,
  SandboxError,
  statedLimits,
} from '@beddel/core'
import { codeHash, encode, uuid } from '@beddel/core/engine'
import { giveUp } from './give-up.js'
import type { About, GateDefaults, GateRequest } from './run-gate.js'

const utf8 = new TextEncoder()

/** How long an outcome may wait for a required log beyond the run's own time, in milliseconds. */
const END_GRACE_MS = 2_000

/** What is recorded of a call. */
export interface Audited {
  kind: AuditedRun['kind']
  source: string | undefined
  about: About
  request: GateRequest & { input?: unknown; globals?: Record<string, unknown> }
  /** A session's `call`. */
  call?: { name: string; args: readonly unknown[] }
}

/** One call, as the sink is told of it. What a sink does wrong is nothing to a run, unless the sink is required. */
export class AuditTrail {
  readonly #facts: Omit<AuditedRun, 'stage' | 'policies' | 'values'>
  readonly #input: { value: unknown } | undefined
  #given: Pick<AuditedRun, 'input' | 'globals'> | undefined

  constructor(
    readonly sink: AuditSink,
    { engine, capabilities, tenant, language, limits }: GateDefaults,
    readonly audited: Audited,
  ) {
    const { kind, source, about, request, call } = audited
    const { who, effect } = about
    this.#input = call === undefined ? ('input' in request ? { value: request.input } : undefined) : { value: call.args }
    this.#facts = {
      kind,
      runId: uuid(),
      ...(who !== undefined && { who }),
      ...(effect !== undefined && { effect: effect.id, ...(effect.version !== undefined && { effectVersion: effect.version }) }),
      tenant: about.tenant ?? tenant,
      engine,
      placement: capabilities.placement,
      language: about.language ?? language ?? 'js',
      filename: about.filename,
      code: typeof source === 'string' ? { hash: codeHash(source), bytes: utf8.encode(source).length } : undefined,
      functionName: call?.name,
      limits: { ...limits, ...limitsOf(request) },
    }
  }

  /**
   * Before a run, for a required sink: resolves with the reason for which the run must not happen, if there is one. Settles
   * within `timeoutMs`.
   */
  start(policies: AuditedPolicy[], timeoutMs: number): Promise<SandboxError | undefined> {
    const run = { ...this.#facts, ...this.#readGiven(), stage: 'start' as const, policies, values: {} }
    return this.#acknowledged(run, timeoutMs, this.audited.request.signal)
  }

  /** The same as {@link start} for a caller who cannot wait: then a required sink lets nothing pass. */
  startNow(): SandboxError | undefined {
    if (!this.sink.required) return undefined
    const message = 'The audit log is required, and a synchronous run cannot wait for it, so the run is refused'
    return new SandboxError('BEDDEL_POLICY', message, { phase: 'admit', engine: this.#facts.engine, details: { policy: 'audit' } })
  }

  /** Just before the engine reads them: the host may have changed its values while policies and the log were asked. */
  admitted(): void {
    this.#given = this.#readGiven()
  }

  /** After a run; gives the outcome that the caller gets. */
  async end(outcome: Outcome, policies: AuditedPolicy[], timeoutMs: number): Promise<Outcome> {
    const failed = await this.#acknowledged(this.#ended(outcome, policies), timeoutMs + END_GRACE_MS, undefined, outcome)
    return failed === undefined ? outcome : ({ ...outcome, success: false, result: undefined, error: failed } as Outcome)
  }

  /** The same where nobody waits for the sink. */
  tell(outcome: Outcome, policies: AuditedPolicy[]): void {
    void this.#record(this.#ended(outcome, policies)).catch(() => {})
  }

  /** The call threw, or was refused before it could have an outcome. */
  threw(error: unknown, policies: AuditedPolicy[] = []): Promise<unknown> {
    const ending = error === undefined ? { success: true } : endingOf(error)
    return this.#record({ ...this.#facts, ...this.#read(), stage: 'end', ending, policies, values: this.#values() })
  }

  #ended(outcome: Outcome, policies: AuditedPolicy[]): AuditedRun {
    const { executionId, usage, duration, error } = outcome
    return {
      ...this.#facts,
      ...this.#read(),
      stage: 'end',
      executionId,
      usage,
      durationMs: duration,
      ending: error === undefined ? { success: true } : endingOf(error),
      ...(error === undefined && { result: told(outcome.result) }),
      policies,
      values: { ...this.#values(), ...(error === undefined && { result: outcome.result }) },
    }
  }

  #read(): Pick<AuditedRun, 'input' | 'globals'> {
    return (this.#given ??= this.#readGiven())
  }

  #readGiven(): Pick<AuditedRun, 'input' | 'globals'> {
    const { globals } = this.audited.request
    return { ...(this.#input && { input: told(this.#input.value) }), ...(globals && { globals: told(globals) }) }
  }

  #values(): AuditedRun['values'] {
    const { source } = this.audited
    return { ...(typeof source === 'string' && { code: source }), ...(this.#input && { input: this.#input.value }) }
  }

  async #record(run: AuditedRun): Promise<unknown> {
    return this.sink.record(run)
  }

  async #acknowledged(run: AuditedRun, timeoutMs: number, signal?: AbortSignal, outcome?: Outcome): Promise<SandboxError | undefined> {
    const { given, stop } = giveUp(Math.max(1, timeoutMs), signal)
    const recorded = this.#record(run).then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    const first = await Promise.race([recorded, given]).finally(stop)
    if (first === undefined) return undefined
    const { engine } = this.#facts
    const init = {
      phase: outcome === undefined ? ('admit' as const) : ('result' as const),
      engine,
      started: outcome?.error?.started ?? outcome !== undefined,
    }
    if (first === 'abort')
      return new SandboxError('BEDDEL_ABORTED', 'The run was aborted by its signal', { ...init, cause: signal?.reason })
    const what = outcome === undefined ? 'so the run is refused' : 'so its outcome is withheld'
    const { code, why, cause } =
      typeof first === 'string'
        ? { code: 'AUDIT_TIMEOUT', why: 'it did not acknowledge in time', cause: undefined }
        : {
            code: (first.error as { code?: unknown } | null)?.code,
            why: first.error instanceof Error ? first.error.message : String(first.error),
            cause: first.error,
          }
    return new SandboxError('BEDDEL_POLICY', `The audit log is required and has failed, ${what}: ${why}`, {
      ...init,
      details: { policy: 'audit', audit: code },
      cause,
    })
  }
}

/** Limits that cannot be read the engine refuses, with the right words. */
function limitsOf({ limits }: GateRequest): AuditedRun['limits'] {
  try {
    return statedLimits(limits)
  } catch {
    return {}
  }
}

function endingOf(error: unknown): NonNullable<AuditedRun['ending']> {
  if (!SandboxError.isInstance(error))
    return { success: false, code: 'unknown', message: error instanceof Error ? error.message : String(error) }
  const { code, phase, started, message } = error
  return { success: false, code, phase, started, message }
}

/** `undefined` for a value that cannot cross: the run ends for that reason. */
function told(value: unknown): AuditedValue | undefined {
  try {
    const { text } = encode(value, Number.MAX_SAFE_INTEGER, 'value', false)
    return text === undefined ? undefined : { hash: codeHash(text), bytes: text.length, type: typeName(value) }
  } catch {
    return undefined
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value !== 'object') return typeof value
  const tag = Object.prototype.toString.call(value).slice(8, -1)
  return tag === 'Object' ? 'object' : tag
}
