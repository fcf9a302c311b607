import { type AdapterOptions, explainEngines, type Outcome, SandboxAdapter, SandboxError } from '@beddel/sandbox-adapter'
import { errorFacts } from './error-facts.ts'
import { hostFunctions } from './host-functions.ts'
import { formatValue } from './format-value.ts'
import type { Ending, Explained, Line, RunOrder, Runner, Shape } from './runner.ts'

/** Adapters kept alive: a change of engine or limits needs another one, and going back should not cost a start. */
const MAX_ADAPTERS = 3

/** Runs guests by the adapter, in this process: in a page as in the server. */
export class AdapterRunner implements Runner {
  /** The one that was used last comes last. */
  readonly #adapters = new Map<string, SandboxAdapter>()

  readonly #options: AdapterOptions

  /** `options` are for every adapter. */
  constructor(options: AdapterOptions = {}) {
    this.#options = options
  }

  async explain(shape: Shape): Promise<Explained> {
    const { chosen, trust, decidedBy, decidedWhere, problem, environment, engines } = await explainEngines(this.#optionsFor(shape))
    return { chosen, trust, decidedBy, decidedWhere, problem, environment, engines }
  }

  async run(order: RunOrder, onLine: (line: Line) => void, signal: AbortSignal): Promise<Ending> {
    const { code, language, input } = order
    try {
      const adapter = this.#adapterFor(order)
      // A selection takes longest, and is no part of what a guest takes.
      if (adapter.getEngine() === null) await adapter.ready()
      const startedAt = performance.now()
      const onCall = (text: string): void => onLine({ level: 'call', text, at: performance.now() - startedAt })
      const outcome = await adapter.tryRun(code, { language, input, signal, onLog: onLine, hostFunctions: hostFunctions(onCall) })
      return endingOf(outcome)
    } catch (error) {
      if (!SandboxError.isInstance(error)) throw error
      return { error: errorFacts(error) }
    }
  }

  async dispose(): Promise<void> {
    const all = [...this.#adapters.values()]
    this.#adapters.clear()
    await Promise.all(all.map((adapter) => adapter.dispose()))
  }

  #optionsFor({ limits, web }: Shape, engine?: string): AdapterOptions {
    return { ...this.#options, ...limits, web, config: false, ...(engine !== undefined && { engine }) }
  }

  #adapterFor({ engine, limits, web }: RunOrder): SandboxAdapter {
    const options = this.#optionsFor({ limits, web }, engine)
    const key = JSON.stringify([engine, web, Object.entries(limits).toSorted(([a], [b]) => (a < b ? -1 : 1))])
    const adapter = this.#adapters.get(key) ?? new SandboxAdapter(options)
    this.#adapters.delete(key)
    this.#adapters.set(key, adapter)
    for (const [other, old] of this.#adapters) {
      if (this.#adapters.size <= MAX_ADAPTERS) break
      if (old.getStats().activeIsolates > 0) continue
      this.#adapters.delete(other)
      void old.dispose()
    }
    return adapter
  }
}

function endingOf(outcome: Outcome): Ending {
  const { engine, placement, duration, usage, unenforced, notes } = outcome
  const facts = { engine, placement, durationMs: duration, usage, unenforced, notes }
  return outcome.success ? { result: formatValue(outcome.result), ...facts } : { error: errorFacts(outcome.error), ...facts }
}
