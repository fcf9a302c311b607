import { DEFAULT_LIMITS, type EngineId, type ExecutorStats, type LimitsInput, type Outcome, SandboxError, unsupported } from '@beddel/core'
import type {
  AdapterCompileOptions,
  AdapterOptions,
  AdapterProgram,
  AdapterSession,
  AdapterSessionOptions,
  RunOptions,
} from './adapter-options.js'
import { publishSelected } from './channels.js'
import type { Explanation } from './explanation.js'
import { statedTogether } from './flat-limits.js'
import { GatedExecutor } from './gated-executor.js'
import { giveUp } from './give-up.js'
import { planOf } from './plan.js'
import { type Selected, selectExecutor } from './select.js'
import { selectExecutorNow } from './select-now.js'
import { type Settings, settingsOf } from './settings.js'

/** Stats before an engine was selected have no `type`. */
export type AdapterStats = ExecutorStats | (Omit<ExecutorStats, 'type' | 'placement'> & { type: null; placement: null })

/**
 * Runs code that somebody else wrote on the strongest engine that this machine has. Nothing starts, and neither the
 * environment nor a file is read, before the first use or `ready()`.
 *
 * @example
 * await using sandbox = new SandboxAdapter()
 * await sandbox.run('input.map((n) => n * 2)', { input: [1, 2] }) // [2, 4]
 */
export class SandboxAdapter implements AsyncDisposable {
  readonly #settings: Settings
  #selected: Selected | undefined
  /** The engine that takes runs: there from the selection to the disposal. */
  #live: GatedExecutor | undefined
  /** The same after the disposal, for what it has counted. */
  #ended: GatedExecutor | undefined
  #selecting: Promise<GatedExecutor> | undefined
  #disposed: Promise<void> | undefined

  /** Throws `BEDDEL_INVALID_OPTION` or `BEDDEL_OPTION_UNSUPPORTED`. */
  constructor(options?: AdapterOptions) {
    this.#settings = settingsOf(options)
  }

  /** The value that the guest ends with. Rejects with a `SandboxError` for every other ending. */
  async run<T = unknown>(code: string, options?: RunOptions): Promise<T> {
    return valueOf(await this.tryRun<T>(code, options))
  }

  /** How the run ended, with its figures. Rejects only for mistakes of the caller, and where no engine can be used. */
  async tryRun<T = unknown>(code: string, options?: RunOptions): Promise<Outcome<T>> {
    if (this.#live !== undefined) return this.#live.run<T>(code, options)
    const askedAt = performance.now()
    const live = await this.#untilSelected(options)
    return live.run<T>(code, options, performance.now() - askedAt)
  }

  /** As {@link run}, and settled when it returns. The first call selects an engine, which takes longest this way. */
  runSync<T = unknown>(code: string, options?: RunOptions): T {
    return valueOf(this.tryRunSync<T>(code, options))
  }

  /** As {@link tryRun}, and settled when it returns. */
  tryRunSync<T = unknown>(code: string, options?: RunOptions): Outcome<T> {
    const { runSync, type } = this.#live ?? this.#selectNow()
    if (runSync === undefined) throw unsupported('runSync', `is not what ${type} can do.`, { engine: type })
    return runSync(code, options) as Outcome<T>
  }

  /** A program that is checked and sent once and run many times. Rejects where the source does not compile. */
  async compile(code: string, options?: AdapterCompileOptions): Promise<AdapterProgram> {
    return (this.#live ?? (await this.#untilSelected(options))).compile(code, options)
  }

  /** A cell that keeps its state between calls, the last `input` too. */
  async session(options?: AdapterSessionOptions): Promise<AdapterSession> {
    return (this.#live ?? (await this.#untilSelected(options))).session(options)
  }

  /** Selects the engine and starts what the first run would start. */
  async ready(): Promise<void> {
    await (this.#live ?? (await this.#selection())).ready()
  }

  /** The id of the engine that was selected; `null` before. */
  getEngine(): EngineId | null {
    return (this.#live ?? this.#ended)?.type ?? null
  }

  /** Runs so far. Zeros, with `type: null`, before an engine was selected. */
  getStats(): AdapterStats {
    return (this.#live ?? this.#ended)?.getStats() ?? { ...NOTHING_YET, byError: {} }
  }

  /**
   * Every engine: usable or why not, what to do about it, and what it does not enforce; at any time. Probes what was not
   * probed yet, which starts processes for a moment; starts nothing that stays.
   */
  async explain(): Promise<Explanation> {
    const { explain } = await import('./explain.js')
    return explain(this.#settings, this.#selected)
  }

  /** Ends every run, session and process of this adapter. May be called again. */
  dispose(): Promise<void> {
    this.#disposed ??= (async () => {
      this.#ended = this.#live
      this.#live = undefined
      await Promise.all([this.#ended?.dispose(), this.#selecting?.catch(() => {})])
    })()
    return this.#disposed
  }

  /** The same as {@link dispose}. */
  cleanup(): Promise<void> {
    return this.dispose()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  /** The selection, for a caller who waits no longer than his run may take: that time counts from here on. */
  async #untilSelected(options: Waiter | undefined): Promise<GatedExecutor> {
    // What is no object the engine refuses, with the right words.
    const { signal, ...given } = typeof options === 'object' ? { ...options } : {}
    const { timeoutMs = this.#settings.stated.timeoutMs ?? DEFAULT_LIMITS.timeoutMs } = statedTogether(given, 'request')
    return orGivenUp(this.#selection(), timeoutMs, signal)
  }

  async #selection(): Promise<GatedExecutor> {
    this.#checkAlive()
    this.#selecting ??= this.#select().finally(() => {
      // A selection that failed is made again by the next call: what was missing may be there by then.
      this.#selecting = undefined
    })
    const live = await this.#selecting
    this.#checkAlive()
    return live
  }

  async #select(): Promise<GatedExecutor> {
    const startedAt = performance.now()
    const selected = await selectExecutor(planOf(this.#settings))
    if (this.#live === undefined && this.#disposed === undefined) return this.#keep(selected, startedAt)
    // A synchronous call has selected in the meantime, or nobody wants it any more.
    await selected.executor.dispose()
    this.#checkAlive()
    return this.#live as GatedExecutor
  }

  #selectNow(): GatedExecutor {
    this.#checkAlive()
    const startedAt = performance.now()
    return this.#keep(selectExecutorNow(planOf(this.#settings)), startedAt)
  }

  #keep(selected: Selected, startedAt: number): GatedExecutor {
    this.#selected = selected
    this.#live = new GatedExecutor(selected)
    const { type: engine, capabilities } = this.#live
    publishSelected({ engine, placement: capabilities.placement, report: selected.report, durationMs: performance.now() - startedAt })
    return this.#live
  }

  #checkAlive(): void {
    if (this.#disposed !== undefined) throw new SandboxError('BEDDEL_DISPOSED', 'This adapter was disposed', { phase: 'admit' })
  }
}

export function createSandboxAdapter(options?: AdapterOptions): SandboxAdapter {
  return new SandboxAdapter(options)
}

const NOTHING_YET = {
  type: null,
  placement: null,
  executionCount: 0,
  successCount: 0,
  failureCount: 0,
  averageDuration: 0,
  activeIsolates: 0,
  waiting: 0,
} as const

function valueOf<T>(outcome: Outcome<T>): T {
  if (outcome.success) return outcome.result
  throw outcome.error
}

type Waiter = LimitsInput & { limits?: LimitsInput; signal?: AbortSignal }

/** A caller who gives up need not wait for the selection, which goes on for the others. */
async function orGivenUp(selecting: Promise<GatedExecutor>, timeoutMs: number, signal: AbortSignal | undefined): Promise<GatedExecutor> {
  const { given, stop } = giveUp(timeoutMs, signal)
  const first = await Promise.race([selecting, given]).finally(stop)
  if (typeof first !== 'string') return first
  if (first === 'abort') {
    throw new SandboxError('BEDDEL_ABORTED', 'The run was aborted by its signal', { phase: 'queue', cause: signal?.reason })
  }
  const message = `No engine was selected within the ${timeoutMs} ms of this call. Await ready() before the first one; explain() says what each engine lacks.`
  throw new SandboxError('BEDDEL_TIMEOUT', message, { phase: 'queue' })
}
