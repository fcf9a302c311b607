import {
  type Candidate,
  type Executor,
  noEngineError,
  type Probe,
  SandboxError,
  type SelectionReport,
  selectEngine,
  selectEngineSync,
} from '@beddel/core'
import { canaryHolds } from '@beddel/core/engine'
import { consent } from './decision.js'
import type { EngineEntry, LoadedEngine } from './engines.js'
import { executorOptions, type Plan, placementOf, probeOptions, problemOf, rulesOf } from './plan.js'
import { loadEngine, loadEngineNow, probeEngine, probeEngineNow } from './probes.js'

/** A live engine and how it came to be the one. */
export interface Selected {
  executor: Executor
  report: SelectionReport
  plan: Plan
}

/** Mistakes of the caller: no other engine is tried for them. */
const MISTAKES = new Set(['BEDDEL_INVALID_OPTION', 'BEDDEL_PLACEMENT_REFUSED', 'BEDDEL_TRUST_FLOOR'])

/**
 * Makes the executor of the first engine that meets the rules and whose canary holds. The canary runs on the executor
 * that is kept, so the probe's child is the first warm child.
 */
export async function selectExecutor(plan: Plan): Promise<Selected> {
  const work = new Selecting(plan)
  const candidates = plan.entries.map((entry) =>
    work.candidate(entry, loadEngine, async (loaded) => {
      const { provider } = loaded
      const capabilities = provider.capabilities(placementOf(plan, provider))
      if (entry.native === true && capabilities.placement === 'in-process') {
        const probe = await probeEngine(entry.id, provider, probeOptions(plan, entry, capabilities), true)
        if (!probe.usable) return probe
      }
      return work.made(entry, async () => {
        const executor = await provider.create(executorOptions(plan, entry, capabilities))
        const problem = await canaryHolds(executor).catch(async (error: unknown) => {
          await executor.dispose()
          throw error
        })
        if (problem === undefined) return executor
        await executor.dispose()
        return problem
      })
    }),
  )
  const report = await selectEngine(candidates, work.rules)
  const executor = work.kept.get(report.chosen ?? '')
  if (executor !== undefined) return { executor, report, plan }
  await work.findFixes(report)
  throw work.failed(report)
}

/** As {@link selectExecutor} for a caller who cannot wait: the engine must be able to run synchronously too. */
export function selectExecutorNow(plan: Plan): Selected {
  const work = new Selecting(plan)
  const candidates = plan.entries.map((entry) =>
    work.candidate(entry, loadEngineNow, ({ provider, construct }) => {
      const capabilities = provider.capabilities(placementOf(plan, provider))
      if (construct === undefined) return work.unusable(entry, 'it can only be made asynchronously: await ready() first')
      const probe = probeEngineNow(entry, probeOptions(plan, entry, capabilities))
      if (!probe.usable) return probe
      return work.madeNow(entry, () => {
        const executor = construct(executorOptions(plan, entry, capabilities))
        if (executor.runSync !== undefined) return executor
        void executor.dispose()
        return `it cannot run synchronously in placement "${capabilities.placement}"`
      }, probe)
    }),
  )
  const report = selectEngineSync(candidates, work.rules)
  const executor = work.kept.get(report.chosen ?? '')
  if (executor !== undefined) return { executor, report, plan }
  throw work.failed(report)
}

type Open = (entry: EngineEntry) => ReturnType<typeof loadEngineNow>

class Selecting {
  readonly kept = new Map<string, Executor>()
  readonly rules: ReturnType<typeof rulesOf>
  readonly #opened = new Map<string, LoadedEngine>()
  #cause: unknown

  constructor(readonly plan: Plan) {
    this.rules = rulesOf(plan, (engine, capabilities) => {
      const { provider } = this.#opened.get(engine) as LoadedEngine
      return problemOf(plan, provider, capabilities)
    })
  }
}
