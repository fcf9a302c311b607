import {
  type Capabilities,
  type CompileOptions,
  type EngineId,
  type Executor,
  type ExecutorStats,
  mergeLimits,
  type Outcome,
  type RunRequest,
  type Session,
  type SessionOptions,
  unsupported,
} from '@beddel/core'
import {
  COMPILE_KEYS,
  REQUEST_KEYS,
  type RunOptions,
  SESSION_KEYS,
  type AdapterCompileOptions,
  type AdapterProgram,
  type AdapterSession,
  type AdapterSessionOptions,
} from './adapter-options.js'
import { withSubject } from './audit-subject.js'
import { lifted } from './flat-limits.js'
import { GatedProgram } from './gated-program.js'
import { GatedSession } from './gated-session.js'
import { RunGate } from './run-gate.js'
import type { Selected } from './select.js'
import { countedSince } from './stats.js'

/**
 * The engine that was selected, as the adapter uses it and `createExecutor` hands it out: policies, telemetry and the old
 * names of options are the same on every engine, because they are here and not there.
 */
export class GatedExecutor implements Executor {
  readonly type: EngineId
  readonly capabilities: Capabilities
  readonly runSync?: Executor['runSync']
  readonly sessionSync?: Executor['sessionSync']
  readonly #engine: Executor
  readonly #gate: RunGate
  /** What had been counted when the engine was handed over: the canary is no run of the caller's. */
  readonly #before: ExecutorStats

  constructor({ executor, plan }: Omit<Selected, 'report'>) {
    const { type, capabilities } = executor
    const { policies, audit, common } = plan.settings
    this.type = type
    this.capabilities = capabilities
    this.#engine = executor
    this.#before = executor.getStats()
    const { tenant, language } = common
    this.#gate = new RunGate({ engine: type, capabilities, policies, audit, limits: mergeLimits(plan.stated), tenant, language })
    if (executor.runSync !== undefined) this.runSync = (source, request) => this.#runSync(source, request) as never
    const { sessionSync } = executor
    if (sessionSync !== undefined) this.sessionSync = (given = {}) => this.#gated(given, sessionSync)
  }

  /** `waitedMs`: what the caller has waited for the engine already, which is of the run's time. */
  async run<T = unknown>(source: string, given?: RunOptions, waitedMs = 0): Promise<Outcome<T>> {
    const gate = this.#gate
    const [request, subject] =
      given === undefined ? [undefined] : withSubject<RunRequest>(lifted(given, REQUEST_KEYS, 'request'), gate.defaults.audit)
    if (gate.open && waitedMs === 0) return this.#engine.run<T>(source, request)
    const passage = { kind: 'run', source, about: request ?? {}, request: request ?? {}, subject, waitedMs } as const
    return gate.pass(passage, (left) => this.#engine.run<T>(source, left))
  }

  #runSync(source: string, given: RunOptions = {}): Outcome {
    const [request, subject] = withSubject<RunRequest>(lifted(given, REQUEST_KEYS, 'request'), this.#gate.defaults.audit)
    const engine = this.#engine as Required<Executor>
    if (this.#gate.open) return engine.runSync(source, request)
    return this.#gate.passNow({ kind: 'run', source, about: request, request, subject }, (left) => engine.runSync(source, left))
  }

  /** Policies are asked about the source here, and again before each run of the program. */
  async compile(source: string, given: AdapterCompileOptions = {}): Promise<AdapterProgram> {
    const engine = this.#engine
    if (engine.compile === undefined) throw unsupported('compile', `is not what ${this.type} can do.`, { engine: this.type })
    const options: CompileOptions = lifted(given, COMPILE_KEYS, 'compile options')
    await this.#gate.check(source, options)
    return new GatedProgram(await engine.compile(source, options), source, options, this.#gate)
  }

  /** Policies are asked about each source that a session runs; its `call` runs nothing new. */
  async session(given: AdapterSessionOptions = {}): Promise<AdapterSession> {
    const engine = this.#engine
    if (engine.session === undefined) throw unsupported('session', `is not what ${this.type} has.`, { engine: this.type })
    const options: SessionOptions = lifted(given, SESSION_KEYS, 'session options')
    return new GatedSession(await engine.session(options), options, this.#gate)
  }

  #gated(given: AdapterSessionOptions, open: (options: SessionOptions) => Session): AdapterSession {
    const options: SessionOptions = lifted(given, SESSION_KEYS, 'session options')
    return new GatedSession(open(options), options, this.#gate)
  }

  async ready(): Promise<void> {
    await this.#engine.ready()
  }

  /** Refused runs count, the canary does not. */
  getStats(): ExecutorStats {
    return countedSince(this.#before, this.#engine.getStats(), this.#gate.refused)
  }

  dispose(): Promise<void> {
    return this.#engine.dispose()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }
}
