import { type Capabilities, type EngineId, type Limits, type Outcome, type RunRequest, type SandboxError, statedLimits } from '@beddel/core'
import { codeHash, uuid } from '@beddel/core/engine'
import { askPoliciesNow } from './ask-policies-now.js'
import type { RunEvent } from './channels.js'
import { type Evidence, evidenceOf } from './evidence.js'
import { askPolicies, type Policy, type PolicyAnswer, type PolicyFacts } from './policies.js'
import { isWatched, RunWatch } from './run-watch.js'

/** What the gate reads of a request, and may change in it. */
export type GateRequest = Pick<RunRequest, 'limits' | 'signal'>

/** What the policies are told of a run besides its source. */
export type About = Pick<RunRequest, 'tenant' | 'language' | 'filename'> & Evidence

/** What is the same for all runs that go through one gate. */
export interface GateDefaults {
  engine: EngineId
  capabilities: Capabilities
  policies: readonly Policy[]
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
    return this.defaults.policies.length === 0 && !isWatched()
  }

  /** What the caller says for the policies; throws where there are none. */
  evidence(given: Evidence): Evidence {
    return evidenceOf(given, this.defaults.policies.length > 0)
  }

  async pass<R extends GateRequest, T>(passage: Passage<R>, go: (request: R) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const { waitedMs = 0 } = passage
    const startedAt = performance.now() - waitedMs
    const watch = this.#watch(passage)
    try {
      const facts = this.#facts(passage)
      const leftMs = facts === undefined ? 0 : this.#limits(passage.request).timeoutMs - waitedMs
      const answer = facts && (await askPolicies(this.defaults.policies, facts, leftMs, passage.request.signal))
      const asked = answer !== undefined || waitedMs > 0
      const outcome = answer?.refused
        ? this.#refusal<T>(answer.refused, facts as PolicyFacts, startedAt)
        : await this.#go(passage.request, asked ? performance.now() - startedAt : undefined, go, watch)
      watch?.ended(outcome, answer?.threats)
      return outcome
    } catch (error) {
      watch?.threw(error)
      throw error
    }
  }

  /** As {@link pass} for a caller who cannot wait. */
  passNow<R extends GateRequest, T>(passage: Passage<R>, go: (request: R) => Outcome<T>): Outcome<T> {
    const startedAt = performance.now()
    const watch = this.#watch(passage)
    try {
      const facts = this.#facts(passage)
      const answer = facts && askPoliciesNow(this.defaults.policies, facts, this.#limits(passage.request).timeoutMs)
      const tookMs = answer && performance.now() - startedAt
      const run = (): Outcome<T> => go(this.#left(passage.request, tookMs))
      const outcome = answer?.refused
        ? this.#refusal<T>(answer.refused, facts as PolicyFacts, startedAt)
        : watch === undefined
          ? run()
          : watch.inside(run)
      if (tookMs !== undefined && !answer?.refused) outcome.duration += tookMs
      watch?.ended(outcome, answer?.threats)
      return outcome
    } catch (error) {
      watch?.threw(error)
      throw error
    }
  }

  /** Asks about a source that is not run yet; throws where it is refused. */
  async check(source: string, request: GateRequest & About): Promise<void> {
    const facts = this.#facts({ kind: 'program', source, about: request, request })
    if (facts === undefined) return
    const { timeoutMs } = this.#limits(request)
    const { refused }: PolicyAnswer = await askPolicies(this.defaults.policies, facts, timeoutMs, request.signal)
    if (refused !== undefined) throw refused
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
  ): Promise<Outcome<T>> {
    const left = this.#left(request, tookMs)
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

  #refusal<T>(error: SandboxError, { engine, codeHash: hash }: PolicyFacts, startedAt: number): Outcome<T> {
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
      codeHash: hash,
      duration,
      usage: { hostCalls: 0, logBytes: 0, logsDropped: 0 },
      memoryUsed: undefined,
      logs: [],
      unenforced: [],
      notes: [],
    }
  }
}
