import {
  DEFAULT_LIMITS,
  type Executor,
  type ExecutorOptions,
  type Outcome,
  type RunRequest,
  type Session,
  type SessionOptions,
  type SessionRequest,
} from '@beddel/core'
import type { Evidence, RunRecord } from './evidence.js'
import type { KitEnvironment } from './environment.js'
import { hostTime } from './host-time.js'
import type { Scene } from './scene.js'

/** How long an attack's run may take where it does not say: short, since most of them are about something else. */
export const TIMEOUT_MS = 2_000
/** A run that is this much over its time counts as never settled. */
const GIVE_UP_MS = 900

/** What an attack of several runs works with. */
export interface AttackContext {
  readonly scene: Scene
  readonly executor: Executor
  /** The attacker's run: it has the `bait`. */
  run(source: string, request?: RunRequest): Promise<RunRecord>
  /** Somebody else's run afterwards: it has no bait, and nothing of the attacker's may turn up in it. */
  victim(source: string, request?: RunRequest): Promise<RunRecord>
  /** A session, with the bait unless it is a victim's. */
  session(options?: SessionOptions, victim?: boolean): Promise<WatchedSession>
  /** Watches any other call that gives an outcome. */
  watch(call: () => Promise<Outcome>, timeoutMs?: number, victim?: boolean): Promise<RunRecord>
  /** An executor of the attack's own. It is disposed with the attack, or before. */
  fresh(options?: ExecutorOptions): Promise<Executor>
  /** A trap of the attack's own was sprung. */
  trip(why: string): void
  wait(ms: number): Promise<void>
  /** A listener on loopback that nobody may reach. */
  listen: KitEnvironment['listen']
}

export interface WatchedSession {
  readonly session: Session
  run(source: string, request?: SessionRequest): Promise<RunRecord>
}

export interface ContextInit {
  environment: KitEnvironment
  scene: Scene
  executor: Executor
  fresh(options?: ExecutorOptions): Promise<Executor>
  evidence: Evidence
  request: RunRequest
}

const { setTimeout: later, clearTimeout: never } = globalThis

export function makeContext({ environment, scene, executor, fresh, evidence, request: base }: ContextInit): AttackContext {
  const watch = async (call: () => Promise<Outcome>, timeoutMs = DEFAULT_LIMITS.timeoutMs, victim = false): Promise<RunRecord> => {
    const record: RunRecord = { timeoutMs, settledMs: 0, unsettled: false, victim }
    evidence.runs[evidence.runs.length] = record
    const waiting = environment.waiting()
    const time = hostTime(waiting)
    const startedAt = time()
    await new Promise<void>((resolve) => {
      const timer = later(() => {
        record.unsettled = true
        resolve()
      }, timeoutMs + GIVE_UP_MS)
      const settled = (): void => {
        record.settledMs = time() - startedAt
        never(timer)
        resolve()
      }
      // By hand: a guest of the leaky control may have replaced Promise.prototype.then.
      void (async () => {
        try {
          record.outcome = await call()
        } catch (error) {
          record.refusal = error
        }
        settled()
      })()
    })
    waiting.close()
    return record
  }
  const timeoutOf = (request: { limits?: { timeoutMs?: number } }): number => request.limits?.timeoutMs ?? TIMEOUT_MS
  const withTime = <R extends { limits?: object }>(request: R): R => ({ ...request, limits: { timeoutMs: TIMEOUT_MS, ...request.limits } })
  return {
    scene,
    executor,
    fresh,
    watch,
    run: (source, request = {}) => {
      const full = withTime({ ...base, ...request, globals: { bait: { ...scene.bait }, ...base.globals, ...request.globals } })
      return watch(() => executor.run(source, full), timeoutOf(full))
    },
    victim: (source, request = {}) => {
      const full = withTime(request)
      return watch(() => executor.run(source, full), timeoutOf(full), true)
    },
    session: async (options = {}, victim = false) => {
      if (executor.session === undefined) throw new Error('no sessions')
      const globals = victim ? options.globals : { bait: { ...scene.bait }, ...options.globals }
      const session = await executor.session({ ...options, globals })
      return {
        session,
        run: (source, request = {}) => {
          const full = withTime(request)
          return watch(() => session.run(source, full), timeoutOf(full), victim)
        },
      }
    },
    trip: (why) => {
      evidence.trips[evidence.trips.length] = why
    },
    wait: (ms) => new Promise((resolve) => later(resolve, ms)),
    listen: environment.listen,
  }
}
