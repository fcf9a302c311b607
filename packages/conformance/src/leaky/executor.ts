import {
  type Capabilities,
  type Executor,
  type ExecutorOptions,
  type ExecutorStats,
  type HostFunctionTree,
  type LogEntry,
  type Outcome,
  type Program,
  type RunRequest,
  SandboxError,
  type Session,
  type SessionOptions,
  type SessionRequest,
} from '@beddel/core'
import { execute } from './compile.js'
import { leakyConsole } from './console.js'
import { classify } from './errors.js'
import { takeOver } from './values.js'
import { leakyWeb } from './web.js'

/** Lines of all runs there ever were. */
const logs: LogEntry[] = []
/** The errors of earlier runs, by how they were called. */
const knownErrors = new Map<string, SandboxError>()
let latestValue: unknown

/** Runs guests in the host's own realm. See `leakyProvider`. */
export class LeakyExecutor implements Executor {
  readonly type = 'leaky'

  constructor(
    readonly options: ExecutorOptions,
    readonly capabilities: Capabilities,
  ) {}

  async run<T = unknown>(source: string, request: RunRequest = {}): Promise<Outcome<T>> {
    return (await this.#perform(() => execute(source), request)) as Outcome<T>
  }

  async compile(source: string): Promise<Program> {
    // Compiled by running it once.
    const first = execute(source)
    void first
    return {
      codeHash: '',
      run: (request: RunRequest = {}) => this.run(source, request),
      dispose: async () => {},
      [Symbol.asyncDispose]: async () => {},
    } as Program
  }

  async session(options: SessionOptions = {}): Promise<Session> {
    this.#put(options as RunRequest)
    const session = {
      id: 'the only one',
      run: (source: string, request: SessionRequest = {}) => this.run(source, request),
      call: (name: string, args: readonly unknown[] = []) =>
        this.#perform(() => (globalThis.eval(name) as (...args: unknown[]) => unknown)(...args), {}),
      dispose: async () => {},
      [Symbol.asyncDispose]: async () => {},
    }
    return session as unknown as Session
  }

  async ready(): Promise<void> {}

  getStats(): ExecutorStats {
    return {
      type: 'leaky',
      placement: 'in-process',
      executionCount: 0,
      successCount: 0,
      failureCount: 0,
      averageDuration: 0,
      activeIsolates: 0,
      waiting: 0,
      byError: {},
    }
  }

  async dispose(): Promise<void> {}
  async [Symbol.asyncDispose](): Promise<void> {}

  /** Everything of a run becomes a global of the host, as it is, and stays one. */
  #put(request: RunRequest): void {
    const onLog = (entry: LogEntry): void => (request.onLog ?? this.options.onLog)?.(entry)
    const all: Record<string, unknown> = { ...this.options.globals, console: leakyConsole(logs, onLog) }
    if (this.options.web === true) Object.assign(all, leakyWeb())
    if ('input' in request) all.input = request.input
    Object.assign(globalThis, all, wrap({ ...this.options.hostFunctions, ...request.hostFunctions }))
    // A global named __proto__ becomes what it says.
    for (const [name, value] of Object.entries(request.globals ?? {})) (globalThis as unknown as Record<string, unknown>)[name] = value
  }

  async #perform(work: () => unknown, request: RunRequest): Promise<Outcome> {
    const facts = {
      executionId: '',
      engine: 'leaky',
      placement: 'in-process' as const,
      codeHash: '',
      duration: 0,
      memoryUsed: undefined,
      unenforced: [],
      notes: [],
      logs,
    }
    const usage = { hostCalls: 0, logBytes: 0, logsDropped: 0 }
    try {
      this.#put(request)
      const value = await chain(work())
      const facts2: { problem?: { kind: string; what: string } } = {}
      // An own property was meant; a prototype's will do.
      if (facts2.problem !== undefined) {
        throw new SandboxError(facts2.problem.kind === 'size' ? 'BEDDEL_RESULT_TOO_LARGE' : 'BEDDEL_NOT_TRANSFERABLE', facts2.problem.what)
      }
      latestValue = describe(value)
      return { ...facts, usage, success: true, result: takeOver(latestValue) }
    } catch (error) {
      if (SandboxError.isInstance(error)) return { ...facts, usage, success: false, error }
      const found = classify(error)
      const known = knownErrors.get(found.code)
      knownErrors.set(found.code, found)
      return { ...facts, usage, success: false, error: found, notes: [`as before: ${known?.message}`], logs: [...logs, ...note(known)] }
    }
  }
}

/** An earlier run's error, shown again. */
function note(known: SandboxError | undefined): LogEntry[] {
  return known === undefined ? [] : [{ level: 'error', text: known.message, at: 0 }]
}

/** Waits with whatever `then` the value or the guest's Promise.prototype has now, and hands it the host's own things. */
function chain(value: unknown): unknown {
  if (typeof (value as { then?: unknown } | undefined)?.then !== 'function') return value
  return new Promise((resolve, reject) => {
    ;(value as Promise<unknown>).then(resolve, reject)
  })
}

/** Keeps a value in a record of the host's: a setter or an index of a prototype sees it come by. */
function describe(value: unknown): unknown {
  const record: Record<string, unknown> = {}
  record.host = process
  const list: unknown[] = []
  list[0] = process
  const property: PropertyDescriptor = { value, configurable: true }
  Object.defineProperty(record, 'kept', property)
  return record.kept
}

/** Host functions as they are, called with what the guest gives as `this`. */
function wrap(tree: HostFunctionTree): HostFunctionTree {
  return tree
}
