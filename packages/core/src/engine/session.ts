import { statedLimits, mergeLimits } from '../limits.js'
import { checkKeys, invalid, unsupported } from '../options.js'
import { SandboxError } from '../sandbox-error.js'
import type { Outcome, RunRequest, Session, SessionOptions, SessionRequest } from '../spec.js'
import { admit, type Admitted, checkCommon, checkFunctions, type ExecutorDefaults } from './admission.js'
import type { CellHost, SessionHost } from './cell-host.js'
import { codeHash } from './code-hash.js'
import { encode } from './codec.js'
import { flatten } from './host-functions.js'
import { RunCall } from './run-call.js'
import { runCallSync } from './run-call-sync.js'
import type { StatsCounter } from './stats.js'
import { uuid } from './uuid.js'

const SESSION_KEYS = ['globals', 'hostFunctions', 'tenant', 'onLog', 'language', 'filename', 'limits', 'signal']
const CALL_KEYS = ['input', 'limits', 'signal', 'form', 'language', 'onLog', 'filename', 'through']
/** After these the cell's state is gone or cannot be trusted. */
const FATAL = new Set([
  'BEDDEL_TIMEOUT',
  'BEDDEL_MEMORY_LIMIT',
  'BEDDEL_OPERATION_LIMIT',
  'BEDDEL_ABORTED',
  'BEDDEL_ENGINE_CRASHED',
  'BEDDEL_SESSION_LOST',
  'BEDDEL_HOST_CALL_LIMIT',
  'BEDDEL_PROTOCOL',
])

let emptyHash: string | undefined
/** The hash of what a `call` has for a source; undefined where the source is to be hashed. */
const knownHash = ({ spec }: Admitted): string | undefined => (spec.mode === 'call' ? (emptyHash ??= codeHash('')) : undefined)

/** A cell that keeps its state between calls. Calls run one after another, each with the limits of a run. */
export class EngineSession implements Session {
  readonly id = uuid()
  readonly runSync?: Session['runSync']
  readonly callSync?: Session['callSync']
  readonly #defaults: ExecutorDefaults
  readonly #place: SessionHost
  #lost: SandboxError | undefined
  #begun = false
  #synchronous: boolean | undefined
  #tail: Promise<unknown> = Promise.resolve()
  /** Calls that wait for the first one. */
  #alone = 0

  constructor(
    readonly options: SessionOptions,
    base: ExecutorDefaults,
    host: CellHost,
    readonly stats: StatsCounter,
    readonly closed: () => void,
  ) {
    checkKeys(options, SESSION_KEYS, 'session options')
    checkCommon(options)
    const { limits, signal, ...own } = options
    const stated = { ...base.stated, ...statedLimits(limits) }
    const functions = options.hostFunctions === undefined ? base.functions : new Map([...base.functions, ...flatten(options.hostFunctions)])
    checkFunctions(functions, base.capabilities, base.engine)
    const merged = mergeLimits(stated)
    if (merged.operations !== undefined && base.capabilities.limits.operations.note === 'metered') {
      throw unsupported(
        'limits.operations',
        `cannot be counted in a session of ${base.engine}: functions of earlier calls would count into their own call's budget.`,
      )
    }
    this.#defaults = { ...base, stated, limits: merged, functions, options: { ...base.options, ...own, hostFunctions: undefined } }
    const tenant = options.tenant ?? base.options.tenant
    this.#place = host.openSession({ id: this.id, tenant })
    if (signal?.aborted === true) this.#lost = this.#aborted(signal)
    else signal?.addEventListener('abort', this.#onAbort, { once: true })
    if (this.#place.submitSync !== undefined && base.capabilities.runSync) {
      this.runSync = (source, request = {}) => this.#sync(this.#admitted(source, request, 'run', true)) as never
      this.callSync = (name, args = [], request = {}) => this.#sync(this.#admittedCall(name, args, request, true)) as never
    }
  }

  async run<T = unknown>(source: string, request: SessionRequest = {}): Promise<Outcome<T>> {
    return (await this.#queue(() => this.#admitted(source, request, 'run', false))) as Outcome<T>
  }

  async call<T = unknown>(name: string, args: readonly unknown[] = [], request: SessionRequest = {}): Promise<Outcome<T>> {
    return (await this.#queue(() => this.#admittedCall(name, args, request, false))) as Outcome<T>
  }

  /** Calls that go on have the signal too, and end by themselves before the cell goes. */
  readonly #onAbort = (): void => {
    queueMicrotask(() => {
      this.#lost ??= this.#aborted(this.options.signal as AbortSignal)
      this.#place.close('lost')
      this.closed()
    })
  }

  #aborted(signal: AbortSignal): SandboxError {
    const { engine } = this.#defaults
    return new SandboxError('BEDDEL_ABORTED', 'This session was aborted by its signal', { phase: 'admit', engine, cause: signal.reason })
  }

  async dispose(): Promise<void> {
    this.options.signal?.removeEventListener('abort', this.#onAbort)
    this.#lost ??= new SandboxError('BEDDEL_DISPOSED', 'This session was disposed', { phase: 'admit', engine: this.#defaults.engine })
    this.#place.close('dispose')
    this.closed()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  #admitted(source: string, request: SessionRequest, mode: 'run' | 'call', sync: boolean): { admitted: Admitted; request: RunRequest } {
    checkKeys(request, CALL_KEYS, 'session request')
    // To use what one has disposed of is a mistake; that a session was lost is an ending like others.
    if (this.#lost?.code === 'BEDDEL_DISPOSED') throw this.#lost
    const { through, input, limits, form, language, onLog } = request
    if (through !== undefined && (mode === 'call' || typeof through !== 'string' || through === '')) {
      throw invalid('through', 'must be the name of a function, and is for run only', through)
    }
    const { signal: own } = this.options
    let { signal, filename = this.options.filename } = request
    if (own !== undefined && !sync) signal = signal === undefined ? own : AbortSignal.any([own, signal])
    const full: RunRequest = { input, limits, form, language, onLog, filename, signal }
    // The functions keep the kind that the session's first call gave them.
    this.#synchronous ??= sync
    const admitted = admit(source, full, this.#defaults, mode, this.#synchronous)
    admitted.spec.session = this.id
    if (through !== undefined) admitted.spec.through = through
    if (this.#lost !== undefined) admitted.refused = this.#lost
    // Globals and host functions are there since the first call: state that the guest made of them stays.
    if (this.#begun) {
      admitted.spec.globals = ''
      admitted.spec.functions = []
    }
    return { admitted, request: full }
  }

  #admittedCall(name: string, args: readonly unknown[], request: SessionRequest, sync: boolean) {
    if (typeof name !== 'string' || name === '') throw invalid('name', 'must be the name of a function', name)
    if (!Array.isArray(args)) throw invalid('args', 'must be an array of arguments', args)
    const made = this.#admitted('', request, 'call', sync)
    const encoded = encode([...args], made.admitted.limits.inputBytes, 'arguments', false)
    if (encoded.problem !== undefined) {
      const { kind, path, what } = encoded.problem
      const code = kind === 'size' ? 'BEDDEL_INPUT_TOO_LARGE' : 'BEDDEL_NOT_TRANSFERABLE'
      made.admitted.refused = new SandboxError(code, `${path}: ${what}`, {
        phase: 'admit',
        engine: this.#defaults.engine,
        details: { path },
      })
    }
    Object.assign(made.admitted.spec, { name, args: encoded.text ?? '' })
    return made
  }

  /** The first call runs alone: it brings the globals. Later ones are put in their order by the place. */
  #queue(admitted: () => { admitted: Admitted; request: RunRequest }): Promise<Outcome> {
    if (this.#begun && this.#alone === 0) return this.#submit(admitted)
    this.#alone++
    const turn = this.#tail.then(() => this.#submit(admitted))
    this.#tail = turn.then(
      () => this.#alone--,
      () => this.#alone--,
    )
    return turn
  }

  #submit(admitted: () => { admitted: Admitted; request: RunRequest }): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      try {
        const made = admitted()
        const settled = this.stats.track((outcome) => {
          this.#after(outcome)
          resolve(outcome)
        })
        const { tenant } = this.#defaults.options
        const call = new RunCall(made.admitted, this.#defaults, made.request, tenant, settled, knownHash(made.admitted))
        call.start((job) => this.#place.submit(job))
      } catch (error) {
        reject(error as Error)
      }
    })
  }

  #sync({ admitted, request }: { admitted: Admitted; request: RunRequest }): Outcome {
    const outcome = runCallSync(admitted, this.#defaults, request, this.stats, knownHash(admitted), (job) => {
      this.#place.submitSync?.(job)
      return undefined
    })
    this.#after(outcome)
    return outcome
  }

  #after(outcome: Outcome): void {
    if (outcome.success || outcome.error.started) this.#begun = true
    if (outcome.success) return
    const { code, started, details } = outcome.error
    // Taken back while it waited: the cell is untouched, or has merely done one call more than its caller knows.
    if (details?.withdrawn === true) return
    if (code !== 'BEDDEL_SESSION_LOST' && details?.sessionLost !== true && !(FATAL.has(code) && started)) return
    const { engine } = this.#defaults
    this.#lost ??= new SandboxError('BEDDEL_SESSION_LOST', `The session ended with its call: ${outcome.error.message}`, {
      phase: 'admit',
      engine,
      cause: outcome.error,
    })
    this.#place.close('lost')
    this.closed()
  }
}
