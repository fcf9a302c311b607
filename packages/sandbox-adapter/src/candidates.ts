import type { Candidate, Capabilities, EngineId, Opened, Probe, SelectionRules, Unopened } from '@beddel/core'
import { consent } from './decision.js'
import type { EngineEntry, LoadedEngine } from './engine-entry.js'
import { type Plan, placementOf, problemOf, rulesOf } from './plan.js'
import type { Missing } from './probes.js'

/** An engine whose package is there, in the placement that the plan gives it. */
export type OpenEngine = LoadedEngine & { capabilities: Capabilities }

type Loaded = LoadedEngine | Missing
type Load = (entry: EngineEntry) => Loaded | Promise<Loaded>
type Try = (entry: EngineEntry, open: OpenEngine) => Probe | Promise<Probe>

/** A plan's engines as the rules of `@beddel/core` take them: how to load one, and how to find out whether it works. */
export class Candidates {
  readonly list: readonly Candidate[]
  /** Those that were loaded so far. */
  readonly opened = new Map<EngineId, OpenEngine>()

  constructor(
    readonly plan: Plan,
    load: Load,
    attempt: Try,
  ) {
    this.list = plan.entries.map((entry) => this.#candidate(entry, load, attempt))
  }

  /** An engine that cannot do what was asked for is passed over. */
  get rules(): SelectionRules {
    return rulesOf(this.plan, (engine) => this.#problem(engine)?.message)
  }

  /** The same, but where somebody named that engine, the error is thrown. */
  get strictRules(): SelectionRules {
    return rulesOf(this.plan, (engine) => {
      const problem = this.#problem(engine)
      if (problem !== undefined && this.plan.decision.engine === engine) throw problem
      return problem?.message
    })
  }

  #problem(engine: EngineId) {
    const { provider, capabilities } = this.opened.get(engine) as OpenEngine
    return problemOf(this.plan, provider, capabilities)
  }

  #candidate(entry: EngineEntry, load: Load, attempt: Try): Candidate {
    const optIn = consent(entry, this.plan.settings)
    const open = (loaded: Loaded): Opened | Unopened => {
      if (loaded.provider === undefined) return loaded
      const capabilities = loaded.provider.capabilities(placementOf(this.plan, loaded.provider))
      const opened = { ...loaded, capabilities }
      this.opened.set(entry.id, opened)
      return { capabilities, probe: () => attempt(entry, opened) }
    }
    return {
      engine: entry.id,
      open: () => {
        const loaded = load(entry)
        return loaded instanceof Promise ? loaded.then(open) : open(loaded)
      },
      ...(optIn && { optIn }),
    }
  }
}
