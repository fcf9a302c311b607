import { type AdapterOptions, explainEngines, type Outcome, SandboxAdapter, SandboxError } from '@beddel/sandbox-adapter'
import { errorFacts } from './error-facts.ts'
import { hostFunctions } from './host-functions.ts'
import { formatValue } from './format-value.ts'
import type { Ending, Explained, Line, RunOrder, Runner, Shape } from './runner.ts'

/** Adapters kept alive: a change of engine or limits needs another one, and going back should not cost a start. */
const MAX_ADAPTERS = 3

interface Kept {
  adapter: SandboxAdapter
  /** Runs that have begun and not ended. */
  runs: number
}

/** Runs guests by the adapter, in this process: in a page as in the server. */
export class AdapterRunner implements Runner {
  /** The one that was used last comes last. */
  readonly #kept = new Map<string, Kept>()
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
    let kept: Kept | undefined
    try {
      kept = this.#take(order)
      return await runOn(kept.adapter, order, onLine, signal)
    } catch (error) {
      if (!SandboxError.isInstance(error)) throw error
      return { error: errorFacts(error) }
    } finally {
      if (kept !== undefined) kept.runs--
      this.#leaveOld()
    }
  }

  async dispose(): Promise<void> {
    const all = [...this.#kept.values()]
    this.#kept.clear()
    await Promise.all(all.map(({ adapter }) => adapter.dispose()))
  }

  #optionsFor({ limits, web }: Shape, engine?: string): AdapterOptions {
    return { ...this.#options, ...limits, web, config: false, ...(engine !== undefined && { engine }) }
  }

  #take({ engine, limits, web }: RunOrder): Kept {
    const key = JSON.stringify([engine, web, Object.entries(limits).toSorted(([a], [b]) => (a < b ? -1 : 1))])
    const kept = this.#kept.get(key) ?? { adapter: new SandboxAdapter(this.#optionsFor({ limits, web }, engine)), runs: 0 }
    kept.runs++
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    return kept
  }

  #leaveOld(): void {
    for (const [key, { adapter, runs }] of this.#kept) {
      if (this.#kept.size <= MAX_ADAPTERS) break
      if (runs > 0) continue
      this.#kept.delete(key)
      void adapter.dispose()
    }
  }
}

async function runOn(
  adapter: SandboxAdapter,
  { code, language, input }: RunOrder,
  onLine: (line: Line) => void,
  signal: AbortSignal,
): Promise<Ending> {
  // A selection takes longest, and is no part of what a guest takes.
  if (adapter.getEngine() === null) await adapter.ready()
  const startedAt = performance.now()
  const onCall = (text: string): void => onLine({ level: 'call', text, at: performance.now() - startedAt })
  return endingOf(await adapter.tryRun(code, { language, input, signal, onLog: onLine, hostFunctions: hostFunctions(onCall) }))
}

function endingOf(outcome: Outcome): Ending {
  const { engine, placement, duration, usage, unenforced, notes } = outcome
  const facts = { engine, placement, durationMs: duration, usage, unenforced, notes }
  return outcome.success ? { result: formatValue(outcome.result), ...facts } : { error: errorFacts(outcome.error), ...facts }
}
