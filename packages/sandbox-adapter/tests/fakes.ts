import type { Capabilities, Executor, ExecutorOptions, ExecutorProvider, Outcome, Probe } from '@beddel/core'
import type { EngineEntry } from '../src/engine-entry.js'

const HELD = { enforced: 'hard' } as const

export function declared(own: Partial<Capabilities> = {}): Capabilities {
  return {
    placement: 'process',
    boundary: true,
    survivesGuest: true,
    isolation: 'process',
    limits: { wall: HELD, cpu: HELD, heap: HELD, externalMemory: HELD, stack: HELD, operations: HELD },
    hostCalls: 'async',
    modules: true,
    wasm: false,
    codegen: false,
    typescript: true,
    session: false,
    compile: false,
    runSync: false,
    freshness: ['isolate'],
    intl: 'full',
    blocksHost: false,
    ...own,
  }
}

export function outcome(result: unknown, engine = 'fake'): Outcome {
  return {
    success: true,
    result,
    executionId: 'an id',
    engine,
    placement: 'process',
    codeHash: 'a hash',
    duration: 2,
    usage: { hostCalls: 0, logBytes: 0, logsDropped: 0, memoryBytes: 1_000 },
    memoryUsed: 1_000,
    logs: [],
    unenforced: [],
    notes: [],
  }
}

/** An engine made of nothing, which keeps a record of what is done with it. */
export class FakeEngine {
  readonly made: { options: ExecutorOptions | undefined; runs: [source: string, request: unknown][]; disposed: boolean }[] = []
  probes = 0
  loads = 0
  /** How its canary ends. */
  canary: 'right' | 'wrong' | 'throws' = 'right'
  probe: Partial<Probe> = { usable: true }
  createError: Error | undefined
  missing = false
  /** What a run after the canary does. */
  run: (source: string, request: unknown) => Promise<Outcome> = async (source) => outcome(`${this.id} ran ${source}`, this.id)

  constructor(
    readonly id: string,
    readonly capabilities: Capabilities = declared(),
    readonly optIn?: EngineEntry['optIn'],
  ) {}

  get provider(): ExecutorProvider {
    return {
      spec: 'beddel.executor/v1',
      id: this.id,
      placements: [this.capabilities.placement],
      capabilities: () => this.capabilities,
      probe: async () => {
        this.probes++
        return { engine: this.id, usable: true, durationMs: 1, ...this.probe }
      },
      create: async (options) => this.#create(options),
    }
  }

  get entry(): EngineEntry {
    const loaded = { provider: this.provider }
    return {
      id: this.id,
      package: `@beddel/executor-${this.id}`,
      load: async () => {
        this.loads++
        if (this.missing) {
          throw Object.assign(new Error(`Cannot find package '@beddel/executor-${this.id}'`), { code: 'ERR_MODULE_NOT_FOUND' })
        }
        return loaded
      },
      loadNow: () => loaded,
      ...(this.optIn && { optIn: this.optIn }),
    }
  }

  #create(options: ExecutorOptions | undefined): Executor {
    if (this.createError !== undefined) throw this.createError
    const record = { options, runs: [] as [string, unknown][], disposed: false }
    this.made.push(record)
    let settled = 0
    const run = async (source: string, request: unknown): Promise<Outcome> => {
      settled++
      record.runs.push([source, request])
      if (record.runs.length > 1) return this.run(source, request)
      if (this.canary === 'throws') throw new Error('the fake broke')
      return outcome({ sum: this.canary === 'right' ? 12 : 13, host: 'undefined', big: 2n ** 64n }, this.id)
    }
    return {
      type: this.id,
      capabilities: this.capabilities,
      run: run as Executor['run'],
      ready: async () => {},
      getStats: () => ({
        type: this.id,
        placement: 'process',
        executionCount: settled,
        successCount: settled,
        failureCount: 0,
        averageDuration: settled === 0 ? 0 : 2,
        activeIsolates: 0,
        waiting: 0,
        byError: {},
      }),
      dispose: async () => {
        record.disposed = true
      },
      [Symbol.asyncDispose]: async () => {},
    }
  }
}
