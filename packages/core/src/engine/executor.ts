import { mergeLimits, statedLimits } from '../limits.js'
import { checkKeys, invalid, isRecord, oneOf, unsupported } from '../options.js'
import { SandboxError } from '../sandbox-error.js'
import type {
  Capabilities,
  CompileOptions,
  EngineId,
  Executor,
  ExecutorOptions,
  ExecutorStats,
  Outcome,
  Program,
  RunRequest,
  Session,
  SessionOptions,
} from '../spec.js'
import { admit, checkCommon, checkFunctions, checkStated, type ExecutorDefaults } from './admission.js'
import type { CellHost } from './cell-host.js'
import { flatten } from './host-functions.js'
import { EngineProgram, type ProgramRef } from './program.js'
import { RunCall } from './run-call.js'
import { runCallSync } from './run-call-sync.js'
import type { EngineSession } from './session.js'
import { StatsCounter } from './stats.js'

const OPTION_KEYS = [
  'placement',
  'limits',
  'globals',
  'hostFunctions',
  'freshness',
  'form',
  'language',
  'tenant',
  'onLog',
  'web',
  'codegen',
  'wasm',
  'acceptHostRisk',
  'trust',
  'processes',
  'hostCallTimeoutMs',
  'hostCallConcurrency',
  'exposeHostErrors',
]

export interface EngineExecutorInit {
  engine: EngineId
  capabilities: Capabilities
  options: ExecutorOptions
  /** Option names that only this engine has. */
  moreKeys?: readonly string[]
  host: CellHost
  /** The class of sessions, from an engine that can open them synchronously. Others load it with their first session. */
  Session?: typeof EngineSession
}

/** The executor of every engine that has cells: options, lifecycle, programs, sessions and stats, written once. */
export class EngineExecutor implements Executor {
  readonly type: EngineId
  readonly capabilities: Capabilities
  readonly #host: CellHost
  readonly #defaults: ExecutorDefaults
  readonly #stats = new StatsCounter()
  readonly #sessions = new Set<EngineSession>()
  #disposed: Promise<void> | undefined
  readonly runSync?: Executor['runSync']
  readonly sessionSync?: Executor['sessionSync']

  constructor(init: EngineExecutorInit) {
    this.type = init.engine
    this.capabilities = init.capabilities
    this.#host = init.host
    this.#defaults = checkExecutorOptions(init)
    if (init.capabilities.runSync && init.host.submitSync !== undefined) {
      this.runSync = (source, request = {}) => this.#callSync(source, request, 'run') as never
      const { Session } = init
      if (init.capabilities.session && Session !== undefined) {
        this.sessionSync = (options = {}) => this.#openSession(Session, options)
      }
    }
  }

  run<T = unknown>(source: string, request: RunRequest = {}): Promise<Outcome<T>> {
    return this.#call(source, request, 'run') as Promise<Outcome<T>>
  }

  async compile(source: string, options: CompileOptions = {}): Promise<Program> {
    if (!this.capabilities.compile) throw unsupported('compile', `is not what ${this.type} can do.`)
    checkKeys(options, ['form', 'language', 'filename', 'signal', 'tenant', 'limits'], 'compile options')
    const outcome = await this.#call(source, options, 'check')
    if (!outcome.success) throw outcome.error
    const { form, language, filename } = options
    const key = `${outcome.codeHash}:${form ?? ''}:${language ?? ''}:${filename ?? ''}`
    this.#host.addProgram(key, source)
    return new EngineProgram(
      source,
      outcome.codeHash,
      key,
      { form, language, filename },
      {
        run: (request, program) => this.#call(source, request, 'run', program),
        ...(this.runSync && { runSync: (request, program) => this.#callSync(source, request, 'run', program) }),
        drop: () => this.#host.dropProgram(key),
      },
    )
  }

  async session(options: SessionOptions = {}): Promise<Session> {
    if (!this.capabilities.session) throw unsupported('session', `is not what ${this.type} has.`)
    this.#checkAlive()
    const { EngineSession: Session } = await import('./session.js')
    return this.#openSession(Session, options)
  }

  #openSession(Session: typeof EngineSession, options: SessionOptions): EngineSession {
    this.#checkAlive()
    const session: EngineSession = new Session(options, this.#defaults, this.#host, this.#stats, () => this.#sessions.delete(session))
    this.#sessions.add(session)
    return session
  }

  ready(): Promise<void> {
    this.#checkAlive()
    return this.#host.ready()
  }

  getStats(): ExecutorStats {
    return {
      type: this.type,
      placement: this.capabilities.placement,
      ...this.#stats.read(),
      ...this.#host.stats(),
    }
  }

  dispose(): Promise<void> {
    this.#disposed ??= (async () => {
      for (const session of this.#sessions) void session.dispose()
      await this.#host.dispose()
    })()
    return this.#disposed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  #checkAlive(): void {
    if (this.#disposed !== undefined) {
      throw new SandboxError('BEDDEL_DISPOSED', 'This executor was disposed', { phase: 'admit', engine: this.type })
    }
  }

  async #call(source: string, request: RunRequest, mode: 'run' | 'check', program?: ProgramRef): Promise<Outcome> {
    this.#checkAlive()
    const admitted = admit(source, request, this.#defaults, mode)
    if (program !== undefined) admitted.spec.program = program.key
    const tenant = request.tenant ?? this.#defaults.options.tenant
    return new Promise((resolve) => {
      const call = new RunCall(admitted, this.#defaults, request, tenant, this.#stats.track(resolve), program?.hash)
      call.start((job) => this.#host.submit(job))
    })
  }

  #callSync(source: string, request: RunRequest, mode: 'run', program?: ProgramRef): Outcome {
    this.#checkAlive()
    if (request.signal !== undefined) throw unsupported('signal', 'cannot reach a synchronous run: nobody could fire it.')
    const admitted = admit(source, request, this.#defaults, mode, true)
    if (program !== undefined) admitted.spec.program = program.key
    return runCallSync(admitted, this.#defaults, request, this.#stats, program?.hash, (job) => {
      this.#host.submitSync?.(job)
      return undefined
    })
  }
}

function checkExecutorOptions({ engine, capabilities, options, moreKeys = [] }: EngineExecutorInit): ExecutorDefaults {
  if (!isRecord(options)) throw invalid('options', 'must be an object', options)
  checkKeys(options, [...OPTION_KEYS, ...moreKeys], 'options')
  checkCommon(options)
  const { processes } = options
  if (processes !== undefined && !isRecord(processes)) {
    throw invalid('processes', 'must be an object', processes)
  }
  const stated = statedLimits(options.limits)
  checkStated(stated, capabilities, engine, options)
  oneOf('trust', options.trust, ['untrusted', 'trusted'])
  for (const key of ['web', 'codegen', 'wasm', 'acceptHostRisk', 'exposeHostErrors'] as const) {
    if (options[key] !== undefined && typeof options[key] !== 'boolean') throw invalid(key, 'must be true or false', options[key])
  }
  if (options.codegen === true && !capabilities.codegen) throw unsupported('codegen', `is not what ${engine} can grant.`)
  if (options.wasm === true && !capabilities.wasm) throw unsupported('wasm', `is not what ${engine} has.`)
  const { hostCallTimeoutMs } = options
  if (
    hostCallTimeoutMs !== undefined &&
    !(typeof hostCallTimeoutMs === 'number' && hostCallTimeoutMs >= 1 && hostCallTimeoutMs < 2 ** 31)
  ) {
    throw invalid('hostCallTimeoutMs', 'must be from 1 to 2147483647', hostCallTimeoutMs)
  }
  const { hostCallConcurrency } = options
  if (hostCallConcurrency !== undefined && !(Number.isSafeInteger(hostCallConcurrency) && hostCallConcurrency >= 1)) {
    throw invalid('hostCallConcurrency', 'must be a whole number from 1', hostCallConcurrency)
  }
  const risky = capabilities.placement === 'in-process' && !capabilities.survivesGuest
  if (risky && options.trust !== 'trusted' && options.acceptHostRisk !== true) {
    throw new SandboxError(
      'BEDDEL_PLACEMENT_REFUSED',
      `${engine} in this process cannot keep a hostile guest from ending or stalling it. Use placement: 'process', or say trust: 'trusted' or acceptHostRisk: true.`,
      { phase: 'configure', engine },
    )
  }
  const functions = flatten(options.hostFunctions)
  checkFunctions(functions, capabilities, engine)
  return { engine, capabilities, options, stated, limits: mergeLimits(stated), functions }
}
