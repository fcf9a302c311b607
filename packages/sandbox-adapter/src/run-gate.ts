import {
  type AuditSink,
  type Capabilities,
  type EngineId,
  type Limits,
  type Outcome,
  type RunRequest,
  type SandboxError,
  statedLimits,
} from '@beddel/core'
import { codeHash, uuid } from '@beddel/core/engine'
import { trailClass, trailClassNow } from './audit-class.js'
import type { AuditTrail } from './audit-trail.js'
import type { RunEvent } from './channels.js'
import { askPolicies, askPoliciesNow } from './ask-policies.js'
import { type Evidence, evidenceOf } from './evidence.js'
import type { Policy, PolicyAnswer, PolicyFacts } from './policies.js'
import { isWatched, RunWatch } from './run-watch.js'

/** What the gate reads of a request, and may change in it. */
export type GateRequest = Pick<RunRequest, 'limits' | 'signal'>

/** What the policies and the audit log are told of a run besides its source. */
export type About = Pick<RunRequest, 'tenant' | 'language' | 'filename'> & Evidence

/** What is the same for all runs that go through one gate. */
export interface GateDefaults {
  engine: EngineId
  capabilities: Capabilities
  policies: readonly Policy[]
  audit: AuditSink | undefined
  limits: Limits
  tenant: string | undefined
  language: PolicyFacts['language'] | undefined
}

/** Runs that never reached the engine. */
export interface Refused {
  count: number
  totalMs: number
  byError: Record<string, number>
}

/** A call on its way to the engine. A source that was looked at already (a session's `call`) is absent. */
interface Passage<R> {
  kind: RunEvent['kind']
  source: string | undefined
  about: About
  request: R
  /** A session's `call`. */
  call?: { name: string; args: readonly unknown[] }
  /** What the caller has waited already, in milliseconds. Default 0. */
  waitedMs?: number
}

/**
 * What every run on every engine goes through before it: the policies, which can refuse it, and whoever watches. Where
 * there are neither, the run goes on at once.
 */
export class RunGate {
  readonly #refused: Refused = { count: 0, totalMs: 0, byError: {} }

  constructor(readonly defaults: GateDefaults) {}

  get refused(): Readonly<Refused> {
    return this.#refused
  }

  /** Whether {@link pass} would do anything. */
  get open(): boolean {
    return this.defaults.policies.length === 0 && this.defaults.audit === undefined && !isWatched()
  }

  /** What the caller says for the policies and the audit log; throws where nobody would look at it. */
  evidence(given: Evidence, asksPolicies = true): Evidence {
    const { policies, audit } = this.defaults
    return evidenceOf(given, { policed: asksPolicies && policies.length > 0, audited: audit !== undefined })
  }

  async pass<R extends GateRequest, T>(passage: Passage<R>, go: (request: R) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const { waitedMs = 0, request } = passage
    const startedAt = performance.now() - waitedMs
    const made = this.#trail(passage)
    const trail = made instanceof Promise ? await made : made
    const watch = this.#watch(passage)
    const isRequired = trail?.sink.required === true
    try {
      const facts = this.#facts(passage)
      const limits = facts || isRequired ? this.#limits(request) : undefined
      const leftMs = (): number => (limits?.timeoutMs ?? 0) - (performance.now() - startedAt)
      const answer = facts && (await askPolicies(this.defaults.policies, facts, leftMs(), request.signal))
      const decisions = answer?.decisions ?? []
      // What is refused already needs no leave: that it was refused is recorded at its end.
      const unlogged = isRequired && answer?.refused === undefined ? await trail.start(decisions, leftMs()) : undefined
      const refused = answer?.refused ?? unlogged
      const asked = answer !== undefined || isRequired || waitedMs > 0
      let outcome = refused
        ? this.#refusal<T>(refused, passage.source, startedAt)
        : await this.#go(request, asked ? performance.now() - startedAt : undefined, go, watch, trail)
      if (isRequired && unlogged === undefined) outcome = (await trail.end(outcome, decisions, leftMs())) as Outcome<T>
      else trail?.tell(outcome, decisions)
      watch?.ended(outcome, answer?.threats)
      return outcome
    } catch (error) {
      trail?.threw(error).catch(() => {})
      watch?.threw(error)
      throw error
    }
  }

  /** As {@link pass} for a caller who cannot wait. */
  passNow<R extends GateRequest, T>(passage: Passage<R>, go: (request: R) => Outcome<T>): Outcome<T> {
    const startedAt = performance.now()
    const { audit } = this.defaults
    const trail = audit && new (trailClassNow())(audit, this.defaults, passage)
    const watch = this.#watch(passage)
    try {
      const facts = this.#facts(passage)
      const answer = facts && askPoliciesNow(this.defaults.policies, facts, this.#limits(passage.request).timeoutMs)
      const refused = answer?.refused ?? trail?.startNow()
      const tookMs = answer && performance.now() - startedAt
      const run = (): Outcome<T> => {
        trail?.admitted()
        return go(this.#left(passage.request, tookMs))
      }
      const outcome = refused ? this.#refusal<T>(refused, passage.source, startedAt) : watch === undefined ? run() : watch.inside(run)
      if (tookMs !== undefined && refused === undefined) outcome.duration += tookMs
      trail?.tell(outcome, answer?.decisions ?? [])
      watch?.ended(outcome, answer?.threats)
      return outcome
    } catch (error) {
      trail?.threw(error).catch(() => {})
      watch?.threw(error)
      throw error
    }
  }

  /** Asks about a source that is not run yet; throws where it is refused. Where there are no policies there is nothing to ask or to record. */
  async check(source: string, request: GateRequest & About): Promise<void> {
    const passage = { kind: 'program', source, about: request, request } as const
    const facts = this.#facts(passage)
    if (facts === undefined) return
    const trail = await this.#trail({ ...passage, kind: 'compile' })
    const { timeoutMs } = this.#limits(request)
    const { refused, decisions }: PolicyAnswer = await askPolicies(this.defaults.policies, facts, timeoutMs, request.signal)
    trail?.threw(refused, decisions).catch(() => {})
    if (refused !== undefined) throw refused
  }

  /** At once where that is possible: what is awaited here lets the host change its values. */
  #trail(
    passage: Omit<Passage<GateRequest>, 'kind'> & { kind: RunEvent['kind'] | 'compile' },
  ): AuditTrail | undefined | Promise<AuditTrail> {
    const { audit } = this.defaults
    if (audit === undefined) return undefined
    const Trail = trailClass()
    return Trail instanceof Promise
      ? Trail.then((Loaded) => new Loaded(audit, this.defaults, passage))
      : new Trail(audit, this.defaults, passage)
  }

  #watch({ kind, about }: Passage<GateRequest>): RunWatch | undefined {
    if (!isWatched()) return undefined
    const { engine, tenant } = this.defaults
    return new RunWatch({ engine, kind, tenant: about.tenant ?? tenant })
  }

  /** What the policies are told; `undefined` where there is nothing to ask. */
  #facts({ source, about }: Passage<GateRequest>): PolicyFacts | undefined {
    const { policies, engine, tenant, language } = this.defaults
    // What is no text the engine refuses itself, with the right words.
    if (policies.length === 0 || typeof source !== 'string') return undefined
    return {
      engine,
      code: source,
      codeHash: codeHash(source),
      tenant: about.tenant ?? tenant,
      language: about.language ?? language ?? 'js',
      filename: about.filename ?? 'guest.js',
      effect: about.effect,
      signatures: about.signatures,
    }
  }

  /** The time that the selection and the policies took is the run's own: it gets what is left. */
  async #go<R extends GateRequest, T>(
    request: R,
    tookMs: number | undefined,
    go: (request: R) => Promise<Outcome<T>>,
    watch: RunWatch | undefined,
    trail: AuditTrail | undefined,
  ): Promise<Outcome<T>> {
    const left = this.#left(request, tookMs)
    trail?.admitted()
    const outcome = await (watch === undefined ? go(left) : watch.inside(() => go(left)))
    if (tookMs !== undefined) outcome.duration += tookMs
    return outcome
  }

  #limits({ limits }: GateRequest): Limits {
    return { ...this.defaults.limits, ...statedLimits(limits) }
  }

  /** The request with the time that is left of it. */
  #left<R extends GateRequest>(request: R, tookMs: number | undefined): R {
    if (tookMs === undefined || this.defaults.capabilities.limits.wall.enforced === 'none') return request
    const stated = statedLimits(request.limits)
    const timeoutMs = Math.max(1, (stated.timeoutMs ?? this.defaults.limits.timeoutMs) - tookMs)
    return { ...request, limits: { ...stated, timeoutMs } }
  }

  #refusal<T>(error: SandboxError, source: string | undefined, startedAt: number): Outcome<T> {
    const { engine } = this.defaults
    const duration = performance.now() - startedAt
    this.#refused.count++
    this.#refused.totalMs += duration
    this.#refused.byError[error.code] = (this.#refused.byError[error.code] ?? 0) + 1
    return {
      success: false,
      error,
      executionId: uuid(),
      engine,
      placement: this.defaults.capabilities.placement,
      codeHash: codeHash(source ?? ''),
      duration,
      usage: { hostCalls: 0, logBytes: 0, logsDropped: 0 },
      memoryUsed: undefined,
      logs: [],
      unenforced: [],
      notes: [],
    }
  }
}
